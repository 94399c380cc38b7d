#include "models/calls/rate_limiter.h"

#include "models/calls/edge.h"
#include "sim/sleep.h"
#include "sim/within.h"

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

RateLimiter::RateLimiter(const Spec& spec, const Context& context, Service& inner)
    : per_(spec.per),
      shares_(spec.store || spec.scope == CallerScope::node),
      world_(context.world),
      inner_(inner),
      limiters_(spec.limiter, context.now()),
      rate_limited_(context, "rate_limited") {
    if (!spec.name.empty()) rate_limited_by_name_.emplace(context, "rate_limited_" + spec.name);
    if (!spec.store) return;
    store_ = std::make_unique<Edge>(context,
                                    Edge::Plan{spec.store->calls, spec.store->latency.build(), {}});
    store_timeout_ = spec.store->timeout;
    on_store_failure_ = spec.store->on_failure;
    store_failed_.emplace(context, "limit_store_failed");
}

RateLimiter::~RateLimiter() = default;

Reply RateLimiter::call(Request request) {
    if (store_ && !co_await store_answers(request)) {
        store_failed_->add();
        if (on_store_failure_ == StoreFailure::closed) {
            co_return Response{Outcome::rejected, Cause::unavailable};
        }
        co_return co_await inner_.call(request);
    }
    const std::uint64_t counter =
        sim::request_key(shares_ ? 0 : request.caller, key_of(request, per_));
    const Permission permission = limiters_.ask(world_.scheduler.now(), counter);
    co_await sim::sleep(world_.scheduler, permission.wait);
    if (!permission.granted) {
        rate_limited_.add();
        if (rate_limited_by_name_) rate_limited_by_name_->add();
        co_return Response{Outcome::rejected, Cause::rate_limited};
    }
    co_return co_await inner_.call(request);
}

sim::Task<bool> RateLimiter::store_answers(Request request) {
    const Request question = request.onward(kStoreStep, store_->endpoint());
    const auto answer = co_await sim::within(world_.scheduler, store_timeout_,
                                             store_->call(question), &world_.abandoned);
    co_return answer && answer->ok();
}

}  // namespace models
