#include "models/pools/pool_instance.h"

#include <algorithm>

#include "models/calls/outbound.h"
#include "models/spans.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

Targets::Plan plan_of(const Pool::Spec& spec) {
    return {spec.balancer, spec.weights, spec.backups, spec.panic_threshold.value, spec.draining};
}

// A request at a target, for the queue's count.
class Stay {
public:
    Stay(PoolQueue* queue, BackendId id) : queue_(queue), id_(id) {}
    Stay(const Stay&) = delete;
    Stay& operator=(const Stay&) = delete;
    ~Stay() {
        if (queue_ != nullptr) queue_->left(id_);
    }

private:
    PoolQueue* queue_;
    BackendId id_;
};

}  // namespace

PoolInstance::PoolInstance(Pool& pool, const Context& context)
    : pool_(pool),
      spec_(pool.spec_),
      context_(context),
      targets_(plan_of(spec_), context),
      cpu_(context.scheduler(), sim::Discipline::fcfs, spec_.machine ? spec_.machine->cores : 1),
      work_stream_(context.stream("work")),
      address_(10u << 24 | static_cast<std::uint32_t>(context.stream("address") >> 40)),
      only_chooses_(!spec_.machine && spec_.rules.empty() && !spec_.sessions && !spec_.queue &&
                    !spec_.next_upstream && !spec_.timeout && spec_.layer == Layer::l7),
      has_latency_(pool_.latency_.mean() > 0) {
    if (spec_.health_check) health_check_.emplace(*spec_.health_check, context, targets_);
    if (spec_.passive_check) passive_check_.emplace(*spec_.passive_check, context, targets_);
    if (spec_.outlier_detection) {
        outlier_detection_.emplace(*spec_.outlier_detection, context, targets_);
    }
    if (spec_.slow_start) slow_start_.emplace(*spec_.slow_start, context, targets_);
    if (spec_.queue) queue_.emplace(*spec_.queue, context, targets_);
    if (spec_.layer == Layer::l4) connections_.emplace(spec_.idle_timeout, context, targets_);
    if (spec_.machine) work_ = spec_.machine->work.build();
    targets_.listen(*this);
}

void PoolInstance::start(sim::Timeline* serving) {
    serving_ = serving;
    changed();
    if (health_check_) {
        const std::string& endpoint =
            spec_.health_check->request ? spec_.health_check->request->endpoint : "";
        health_check_->start(endpoint.empty() ? 0 : pool_.of().endpoint(endpoint).value_or(0));
    }
    if (outlier_detection_) outlier_detection_->start();
}

void PoolInstance::dismiss() {
    if (health_check_) health_check_->dismiss();
    if (outlier_detection_) outlier_detection_->dismiss();
    if (slow_start_) slow_start_->dismiss();
}

void PoolInstance::watch_new(BackendId id) {
    if (health_check_) {
        health_check_->watch_new(id);
    } else {
        returned(id);
    }
}

void PoolInstance::returned(BackendId id) {
    if (slow_start_) slow_start_->returned(id);
}

void PoolInstance::changed() {
    if (queue_) queue_->targets_changed();
    if (serving_ != nullptr) serving_->set(context_.now(), static_cast<double>(targets_.serving()));
}

// All that most pools do: choose, pass on, and wait for the answer.
Reply PoolInstance::pass(Request request) {
    Presence here(context_, request);
    Backends& backends = targets_.backends();
    if (backends.empty()) co_return here.leave({Outcome::failed, Cause::no_backend});
    Backends::Placed held = backends.place(request);
    placed(held.id());
    const sim::Time sent = context_.now();
    if (here.is_looked_at()) [[unlikely]]
        here.sent_to(targets_.name(held.id()));
    if (!spec_.forward_address) request.address = address_;
    Reply reply = reach(held.id(), request);
    const Response response = co_await std::move(reply);
    context_.meter.spent(Spent::calling, context_.now() - sent);
    if (here.is_looked_at()) [[unlikely]]
        here.answered();
    held.answered(response);
    answered(held.id(), response);
    co_return here.leave(response);
}

// The way of a request: through the machine, past the rules, to a target, and to others while they
// fail it. Whatever only some pools have waits in a coroutine of its own: a frame holds all that
// any of its waits could need, for as long as a request is under way.
Reply PoolInstance::take_in(Request request) {
    Presence here(context_, request);
    std::optional<Visits::Visit> visit;
    if (spec_.machine) {
        if (!is_up()) co_return here.leave({Outcome::failed, Cause::refused});
        if (visits_.count() >= spec_.machine->connections) {
            co_return here.leave({Outcome::rejected, Cause::queue_full});
        }
        visit.emplace(visits_, here, co_await sim::this_task<Response>());
        co_await pass_machine(request);
    }
    const sim::Time ready = context_.now();
    Response response;
    if (!spec_.rules.empty()) {
        if (const auto route = pool_.routes_.find(request)) {
            Reply reply = follow(*route, request);
            response = co_await std::move(reply);
            context_.meter.spent(Spent::calling, context_.now() - ready);
            co_return here.leave(response);
        }
        if (Routes::only_rules_know(request.endpoint)) {
            co_return here.leave({Outcome::failed, Cause::not_found});
        }
    }
    if (pool_.sessions_ && pool_.sessions_->has_store()) {
        const Response found = co_await pool_.sessions_->look_up(request);
        if (!found.ok()) co_return here.leave({Outcome::failed, found.cause});
    }
    Tries tries{ready};
    for (bool more = true; more;) {
        sim::Place place;
        if (queue_ && queue_->waits_at_pool() && targets_.serving() > 0) {
            if (!queue_->has_room()) co_return here.leave({Outcome::rejected, Cause::queue_full});
            place = co_await wait_in_line(std::nullopt, request);
            if (!place) co_return here.leave({Outcome::rejected, Cause::shed});
        }
        const std::optional<BackendId> id = choose(request, tries);
        if (!id) {
            if (tries.tried.empty()) response = {Outcome::failed, Cause::no_backend};
            break;
        }
        const Stay stay(queue_ ? &*queue_ : nullptr, *id);
        std::optional<Backends::Placed> held;
        if (!connections_) held.emplace(targets_.backends(), *id);
        placed(*id);
        if (queue_ && !queue_->waits_at_pool()) {
            if (!queue_->has_room(*id)) {
                co_return here.leave({Outcome::rejected, Cause::queue_full});
            }
            place = co_await wait_in_line(*id, request);
            if (!place) co_return here.leave({Outcome::rejected, Cause::shed});
        }
        const sim::Time sent = context_.now();
        if (here.is_looked_at()) here.sent_to(targets_.name(*id));
        Reply reply = send(*id, onward(request, tries));
        response = co_await std::move(reply);
        context_.meter.spent(Spent::calling, context_.now() - sent);
        if (here.is_looked_at()) here.answered();
        if (held) held->answered(response);
        answered(*id, response);
        if (pool_.sessions_ && response.ok()) {
            pool_.sessions_->placed(request, *id, targets_.instance(*id));
        }
        if (spec_.next_upstream && !response.ok()) {
            tries.tried.push_back(*id);
            more = goes_on(*spec_.next_upstream, request, response, tries, context_.now());
        } else {
            more = false;
        }
    }
    co_return here.leave(response);
}

sim::Task<void> PoolInstance::pass_machine(const Request& request) {
    const sim::Time arrived = context_.now();
    sim::Draws draws(sim::request_key(work_stream_, request.identity));
    co_await cpu_.work(work_.sample_duration(draws));
    context_.meter.spent(Spent::queueing, context_.now() - arrived);
    spent_in(context_.world, request, Spent::queueing, arrived, context_.now());
}

// At the pool itself, or at the target that was chosen.
sim::Task<sim::Place> PoolInstance::wait_in_line(std::optional<BackendId> id,
                                                 const Request& request) {
    const sim::Time joined = context_.now();
    sim::Place place;
    if (id) {
        place = co_await queue_->wait(*id);
    } else {
        place = co_await queue_->wait();
    }
    context_.meter.spent(Spent::queueing, context_.now() - joined);
    spent_in(context_.world, request, Spent::queueing, joined, context_.now());
    co_return place;
}

// As the next hop sees it, with luck of its own in every try.
Request PoolInstance::onward(const Request& request, const Tries& tries) const {
    Request next = request;
    if (!spec_.forward_address) next.address = address_;
    for (std::uint32_t attempt = 1; attempt <= tries.tried.size(); ++attempt) {
        next = next.again(attempt);
    }
    return next;
}

Reply PoolInstance::follow(const Routes::Route& route, const Request& request) {
    Request next = onward(request, Tries{});
    next.endpoint = route.endpoint;
    return outward(route.to->call(next));
}

Reply PoolInstance::send(BackendId id, const Request& request) {
    if (spec_.timeout) return in_time(reach(id, request));
    if (spec_.machine) return outward(reach(id, request));
    return reach(id, request);
}

// What a machine that fails has sent goes on.
Reply PoolInstance::outward(Reply reply) {
    co_return co_await Outbound(context_.world, std::move(reply));
}

Reply PoolInstance::in_time(Reply reply) {
    const auto answer = co_await sim::within(context_.scheduler(), *spec_.timeout, std::move(reply),
                                             &context_.world.abandoned);
    co_return answer.value_or(Response{Outcome::timed_out, Cause::timeout});
}

// A session's or a connection's target, while it is any good; else what the policy says.
std::optional<BackendId> PoolInstance::choose(const Request& request, const Tries& tries) {
    if (connections_) {
        const auto open = connections_->target_of(request);
        if (open && !tries.has(*open)) return open;
        const auto chosen = choose_untried(ConnectionTable::visible(request), tries);
        if (chosen) connections_->open(request, *chosen);
        return chosen;
    }
    if (pool_.sessions_) {
        const auto own = pool_.sessions_->target_of(request);
        if (own && targets_.stays(*own) && !tries.has(*own)) return own;
    }
    return choose_untried(request, tries);
}

// Most policies name another target when they are asked again; those that do not are shown fewer.
std::optional<BackendId> PoolInstance::choose_untried(const Request& request, const Tries& tries) {
    constexpr int kPicks = 3;
    Backends& backends = targets_.backends();
    if (backends.empty()) return std::nullopt;
    for (int pick = 0; pick < kPicks; ++pick) {
        const BackendId id = backends.pick(request);
        if (!tries.has(id)) return id;
    }
    for (const BackendId id : tries.tried) targets_.exclude(id, Reason::tried);
    std::optional<BackendId> chosen;
    if (!backends.empty()) chosen = backends.pick(request);
    for (const BackendId id : tries.tried) targets_.include(id, Reason::tried);
    return chosen;
}

void PoolInstance::placed(BackendId id) {
    ++pool_.requests_[id];
    if (queue_) queue_->placed(id);
    if (passive_check_) passive_check_->placed(id);
}

// As nginx counts: errors and timeouts, and what it passes on to the next.
bool PoolInstance::is_failure(Trouble trouble) const {
    if (trouble == Trouble::error || trouble == Trouble::timeout) return true;
    if (!spec_.next_upstream) return false;
    const std::vector<Trouble>& on = spec_.next_upstream->on;
    return std::ranges::find(on, trouble) != on.end();
}

void PoolInstance::answered(BackendId id, const Response& response) {
    if (!passive_check_ && !outlier_detection_) return;
    const auto trouble = trouble_of(response);
    if (passive_check_) {
        passive_check_->answered(id, trouble && is_failure(*trouble));
    }
    if (outlier_detection_) outlier_detection_->answered(id, trouble);
}

Reply PoolInstance::reach(BackendId id, const Request& request) {
    if (has_latency_ || request.span != 0) [[unlikely]]
        return travel(id, request);
    return targets_.instance(id).call(request);
}

Reply PoolInstance::travel(BackendId id, Request request) {
    CallSpan span(context_.world, context_.meter, request, {targets_.name(id)});
    Instance& instance = targets_.instance(id);
    if (!has_latency_) co_return span.end(co_await instance.call(request));
    sim::Draws draws(sim::request_key(pool_.latency_stream_, request.identity));
    const sim::Duration there = pool_.latency_.sample_duration(draws);
    const sim::Duration back = pool_.latency_.sample_duration(draws);
    const sim::Time sent = context_.now();
    co_await sim::sleep(context_.scheduler(), there);
    spent_in(context_.world, request, Spent::network, sent, context_.now());
    const Response response = co_await Outbound(context_.world, instance.call(request));
    const sim::Time replied = context_.now();
    co_await sim::sleep(context_.scheduler(), back);
    spent_in(context_.world, request, Spent::network, replied, context_.now());
    context_.meter.spent(Spent::network, there + back);
    co_return span.end(response);
}

// What the targets are doing for it goes on there, unheard.
void PoolInstance::take_down() {
    if (!up_.take_down()) return;
    went_down_ = context_.now();
    pool_.forget_known();
    visits_.reset();
    if (connections_) connections_->close_all();
}

void PoolInstance::bring_up() {
    if (up_.bring_up()) pool_.forget_known();
}

sim::Time PoolInstance::known_down_from() const {
    const sim::Duration takeover = spec_.machine->takeover;
    if (is_up() || takeover > sim::kForever - went_down_) return sim::kForever;
    return went_down_ + takeover;
}

void PoolInstance::begin_measuring() {
    busy_before_ = cpu_.busy();
    targets_.backends().begin_measuring();
}

void PoolInstance::report(sim::NodeRecord& record) const {
    const auto add = [&](const char* name, std::uint64_t value) {
        for (sim::Measure& measure : record.measures) {
            if (measure.name != name) continue;
            measure.value += static_cast<double>(value);
            return;
        }
        record.measures.push_back({name, "", static_cast<double>(value)});
    };
    if (health_check_ || passive_check_ || outlier_detection_) {
        add("excluded", targets_.exclusions());
        add("returned", targets_.returns());
        add("panics", targets_.panics());
    }
    if (outlier_detection_) add("ejections", outlier_detection_->ejections());
    if (connections_) add("connections", connections_->opened());
    if (queue_) {
        record.waiting_peak =
            std::max<std::uint64_t>(record.waiting_peak.value_or(0), queue_->waiting_peak());
    }
}

}  // namespace models
