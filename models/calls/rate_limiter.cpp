#include "models/calls/rate_limiter.h"

#include "models/calls/edge.h"

namespace models {

namespace {

// The step of a request that asks the store; no endpoint has as many.
constexpr std::uint32_t kStoreStep = 0x4c494d54;

std::uint64_t key_of(const Request& request, LimitPer per) {
    switch (per) {
        case LimitPer::everyone:
            return 0;
        case LimitPer::user:
            return request.user;
        case LimitPer::address:
            return request.address;
        case LimitPer::key:
            return request.key;
        case LimitPer::segment:
            return request.segment;
        case LimitPer::endpoint:
            return request.endpoint;
    }
    return 0;
}

}  // namespace

// Asks the store before it counts, and waits for it only so long.
class RateLimiter::Store final : public Keeps<Store> {
public:
    struct State {
        Limit limit;
        std::uint64_t identity;
        EndpointId endpoint;
    };

    Store(RateLimiter& limiter, const LimitStore& spec, const Context& context)
        : limiter_(limiter),
          calls_(context.world.calls),
          scheduler_(context.scheduler()),
          edge_(context, {spec.calls, spec.latency.build(), {}}, this),
          timeout_(spec.timeout),
          on_failure_(spec.on_failure),
          failed_(context, "limit_store_failed") {}

    Go enter(Call& call) override;
    Go answered(Call& call) override;
    Go woken(Call& call) override;
    void abandoned(Call& call) override { leave(call); }
    void restore(Call& call) override;

private:
    Go fail(Call& call);
    void leave(Call& call);

    RateLimiter& limiter_;
    Calls& calls_;
    sim::Scheduler& scheduler_;
    Edge edge_;
    sim::Duration timeout_;
    StoreFailure on_failure_;
    Tally failed_;
};

Go RateLimiter::Store::enter(Call& call) {
    State& my = begin(call, Limit{}, call.request.identity, call.request.endpoint);
    const sim::Time now = scheduler_.now();
    const sim::Time due = timeout_ > sim::kForever - now ? sim::kForever : now + timeout_;
    calls_.limit(call, my.limit, due, false);
    call.request.identity = Request::onward_identity(my.identity, kStoreStep);
    call.request.endpoint = edge_.endpoint();
    return edge_.enter(call);
}

Go RateLimiter::Store::answered(Call& call) {
    leave(call);
    return call.ok() ? limiter_.count(call) : fail(call);
}

Go RateLimiter::Store::woken(Call& call) {
    leave(call);
    return fail(call);
}

Go RateLimiter::Store::fail(Call& call) {
    failed_.add();
    if (on_failure_ == StoreFailure::open) return limiter_.on();
    return answer(call, {Outcome::rejected, cause::unavailable});
}

void RateLimiter::Store::restore(Call& call) {
    call.request.identity = mine(call).identity;
    call.request.endpoint = mine(call).endpoint;
}

void RateLimiter::Store::leave(Call& call) {
    calls_.lift(call, mine(call).limit);
    restore(call);
    end(call);
}

RateLimiter::RateLimiter(const Spec& spec, const Context& context)
    : per_(spec.per),
      shares_(spec.store || spec.scope == CallerScope::node),
      world_(context.world),
      limiters_(spec.limiter, context.now()),
      rate_limited_(context, "rate_limited") {
    const std::string_view row = !spec.name.empty()       ? "rate limit <name>"
                                 : context.callee.empty() ? "rate limit"
                                                          : "rate limit to <node>";
    context.meter.resource(row,
                           [this](sim::Time, sim::Uses& uses) {
                               uses.push_back({0, 0, 0, 0, passed_, refused_});
                           },
                           {.name = spec.name, .to = context.callee});
    if (!spec.name.empty()) rate_limited_by_name_.emplace(context, "rate_limited_" + spec.name);
    if (spec.store) store_ = std::make_unique<Store>(*this, *spec.store, context);
}

RateLimiter::~RateLimiter() = default;

// It does not stay around a call that it has let pass.
Block* RateLimiter::inside() {
    if (store_) store_->link(outer(), nullptr);
    return outer();
}

Go RateLimiter::enter(Call& call) {
    if (store_) return {store_.get(), Way::enter};
    return count(call);
}

Go RateLimiter::count(Call& call) {
    const std::uint64_t counter =
        sim::request_key(shares_ ? 0 : call.request.caller, key_of(call.request, per_));
    const Permission permission = limiters_.ask(world_.scheduler.now(), counter);
    if (permission.wait <= sim::Duration::zero()) return decide(call, permission.granted);
    begin(call, permission.granted);
    world_.scheduler.after(permission.wait, call);
    return stay(call);
}

Go RateLimiter::woken(Call& call) {
    const bool is_granted = mine(call).is_granted;
    end(call);
    return decide(call, is_granted);
}

Go RateLimiter::decide(Call& call, bool is_granted) {
    if (is_granted) {
        ++passed_;
        return on();
    }
    ++refused_;
    rate_limited_.add();
    if (rate_limited_by_name_) rate_limited_by_name_->add();
    return answer(call, {Outcome::rejected, cause::rate_limited});
}

}  // namespace models
