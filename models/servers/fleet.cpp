#include "models/servers/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/servers/server_instance.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

namespace {

// Those of the beginning were deployed long before it.
constexpr sim::Time kLongAgo{-std::chrono::hours(24)};

sim::Task<bool> drained(ServerInstance& server) {
    while (server.visits() > 0) co_await server.idle().pass();
    co_return true;
}

}  // namespace

Fleet::Fleet(Server& server, const Context& context, const Plan& plan)
    : server_(server),
      context_(context),
      lifecycle_(plan.lifecycle),
      size_(plan.size),
      requested_(plan.requested),
      provision_times_(plan.lifecycle.provision_time.build()),
      start_times_(plan.lifecycle.start_time.build()),
      chances_(context.stream("lifecycle")),
      draws_(plan.changes) {
    for (std::uint32_t index = 0; index < plan.replicas; ++index) {
        Member& member = vacancy();
        member.state = State::serving;
        member.is_ready = true;
        member.ordered = member.started = member.readiness_changed = kLongAgo;
        existing_.add(context_.now(), 1);
        ready_.add(context_.now(), 1);
        member.has_cores = true;
        cores_.add(context_.now(), size_.cpu);
    }
    if (draws_) {
        replicas_line_ = &context_.meter.timeline("replicas", "");
        ready_line_ = &context_.meter.timeline("ready", "");
        wish_line_ = &context_.meter.timeline("desired", "");
        wish_line_->set(context_.now(), plan.replicas);
        ready_line_->set(context_.now(), plan.replicas);
    }
    set_wanted(static_cast<Replicas>(plan.replicas));
    most_ = fewest_ = wanted_;
}

Fleet::~Fleet() = default;

void Fleet::begin_measuring() {
    const sim::Time now = context_.now();
    existing_.restart(now);
    ready_.restart(now);
    cores_.restart(now);
    capped_.restart(now);
    most_ = fewest_ = wanted_;
    ups_ = downs_ = replaced_ = dropped_ = 0;
    for (const auto& unit : units_) unit->server->begin_measuring();
}

double Fleet::core_seconds() const {
    const sim::Time now = context_.now();
    return cores_.mean(now) / 1000 * sim::seconds(now - context_.world.recorder.measured_from());
}

void Fleet::report(sim::NodeRecord& record, sim::Price price) {
    const sim::Time now = context_.now();
    const double hours = sim::seconds(now - context_.world.recorder.measured_from()) / 3600;
    record.instances = existing_.mean(now);
    record.cost_usd = price.usd_per_hour * record.instances * hours;
    if (!draws_) return;
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    add("replicas_peak", "", most_);
    add("replicas_least", "", fewest_);
    add("replicas_last", "", wanted_);
    add("scale_ups", "", static_cast<double>(ups_));
    add("scale_downs", "", static_cast<double>(downs_));
    add("replaced", "", static_cast<double>(replaced_));
    add("dropped", "", static_cast<double>(dropped_));
    add("capped_time", "s", capped_.mean(now) * hours * 3600);
    add("instance_hours", "", record.instances * hours);
}

void Fleet::dismiss() {
    for (const auto& unit : units_) unit->life.dismiss();
}

std::vector<Workload::Unit> Fleet::units() const {
    std::vector<Unit> units;
    for (const auto& unit : units_) {
        const Member& member = *unit;
        if (member.state == State::gone) continue;
        Unit& seen = units.emplace_back();
        seen.ordered = member.ordered;
        seen.serving = member.state == State::serving && member.server->is_up();
        seen.vitals = member.server->vitals();
        seen.status.id = member.id;
        seen.status.phase =
            member.state == State::ordered ? hpa::PodPhase::pending : hpa::PodPhase::running;
        seen.status.deleted = member.state == State::leaving;
        seen.status.started = member.started;
        seen.status.readiness = hpa::Readiness{member.is_ready, member.readiness_changed};
        seen.status.request =
            static_cast<Milli>(std::llround(static_cast<double>(member.size.cpu) * requested_));
        seen.status.memory_request = static_cast<Milli>(member.size.memory.count);
    }
    return units;
}

void Fleet::scale_to(const Decision& decision) {
    const Replicas before = wanted_;
    if (decision.replicas == before) return;
    const bool up = decision.replicas > before;
    ++(up ? ups_ : downs_);
    context_.world.recorder.incident(
        context_.name, up ? "scaled up" : "scaled down",
        fmt::format("{} to {}: {}", before, decision.replicas, decision.why));
    set_wanted(decision.replicas);
    for (Replicas count = before; count < decision.replicas; ++count) order();
    for (Replicas count = before; count > decision.replicas; --count) dismiss_one();
}

void Fleet::set_wanted(Replicas replicas) {
    wanted_ = replicas;
    most_ = std::max(most_, replicas);
    fewest_ = std::min(fewest_, replicas);
    if (draws_) replicas_line_->set(context_.now(), replicas);
}

void Fleet::show_wish(double replicas, bool capped) {
    capped_.add(context_.now(), (capped ? 1 : 0) - capped_.value());
    if (draws_) wish_line_->set(context_.now(), replicas);
}

void Fleet::replace(PodId id, const std::string& why) {
    for (const auto& unit : units_) {
        if (unit->id != id || unit->state == State::gone || unit->state == State::leaving) continue;
        ++replaced_;
        context_.world.recorder.incident(context_.name, "replaced",
                                         fmt::format("unit {}: {}", id, why));
        retire(*unit);
        order();
        return;
    }
}

// A place nobody has.
Fleet::Member& Fleet::vacancy() {
    for (const auto& unit : units_) {
        if (unit->state == State::gone && unit->server->is_as_new()) {
            unit->id = next_id_++;
            unit->size = size_;
            return *unit;
        }
    }
    const auto index = static_cast<std::uint32_t>(units_.size());
    units_.push_back(std::make_unique<Member>());
    Member& member = *units_.back();
    member.server = std::make_unique<ServerInstance>(server_, index);
    member.id = next_id_++;
    member.size = size_;
    instances_.push_back(member.server.get());
    return member;
}

void Fleet::order() {
    Member& member = vacancy();
    member.state = State::ordered;
    member.is_ready = false;
    member.ordered = member.started = member.readiness_changed = context_.now();
    existing_.add(context_.now(), 1);
    set_down(member, true);
    member.server->open();
    member.life.run(come(member));
}

void Fleet::dismiss_one() {
    Member* chosen = nullptr;
    const auto goes_before = [](const Member& one, const Member& other) {
        if (one.is_ready != other.is_ready) return !one.is_ready;
        if (one.state != other.state) return one.state < other.state;
        return one.id > other.id;
    };
    for (const auto& unit : units_) {
        if (unit->state == State::gone || unit->state == State::leaving) continue;
        if (chosen == nullptr || goes_before(*unit, *chosen)) chosen = unit.get();
    }
    if (chosen != nullptr) retire(*chosen);
}

void Fleet::retire(Member& member) {
    member.life.dismiss();
    set_cold(member, false);
    const bool had_begun = member.state == State::serving;
    member.state = State::leaving;
    member.life.run(had_begun ? go(member) : vanish(member));
}

sim::Duration Fleet::draw(const sim::Distribution& times, const Member& member,
                          std::uint64_t salt) {
    sim::Draws draws(sim::request_key(chances_ + salt, member.id));
    return times.sample_duration(draws);
}

sim::Task<void> Fleet::come(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    co_await sim::sleep(scheduler, draw(provision_times_, member, 0));
    member.state = State::starting;
    member.started = member.readiness_changed = scheduler.now();
    member.has_cores = true;
    cores_.add(scheduler.now(), member.size.cpu);
    co_await sim::sleep(scheduler, draw(start_times_, member, 1));
    member.state = State::serving;
    set_down(member, false);
    set_cold(member, lifecycle_.warm_up > sim::Duration::zero());
    set_ready(member, true);
    co_await sim::sleep(scheduler, lifecycle_.warm_up);
    set_cold(member, false);
}

// Before it ever served nobody was told of it, so nobody needs to be told that it goes.
sim::Task<void> Fleet::vanish(Member& member) {
    stop_billing(member);
    member.state = State::gone;
    co_return;
}

// pre_stop, then no new requests, then what is left of the grace period for those it has. Balancers
// hear of it on a clock of their own.
sim::Task<void> Fleet::go(Member& member) {
    sim::Scheduler& scheduler = context_.scheduler();
    const sim::Time told = scheduler.now();
    const sim::Time killed = told + lifecycle_.termination_grace_period;
    const sim::Time heard = told + lifecycle_.endpoint_delay;
    member.life.run(be_heard(member, heard));
    co_await sim::sleep_until(scheduler, std::min(told + lifecycle_.pre_stop, killed));
    member.server->close();
    if (lifecycle_.graceful_shutdown) {
        co_await sim::within(scheduler, killed - scheduler.now(), drained(*member.server), nullptr);
    }
    dropped_ += member.server->visits();
    set_down(member, true);
    stop_billing(member);
    co_await sim::sleep_until(scheduler, heard);
    member.state = State::gone;
}

sim::Task<void> Fleet::be_heard(Member& member, sim::Time when) {
    co_await sim::sleep_until(context_.scheduler(), when);
    set_ready(member, false);
}

void Fleet::stop_billing(Member& member) {
    existing_.add(context_.now(), -1);
    if (member.has_cores) cores_.add(context_.now(), -member.size.cpu);
    member.has_cores = false;
}

void Fleet::set_ready(Member& member, bool ready) {
    if (member.is_ready == ready) return;
    member.is_ready = ready;
    member.readiness_changed = context_.now();
    ready_.add(context_.now(), ready ? 1 : -1);
    if (draws_) ready_line_->add(context_.now(), ready ? 1 : -1);
    for (Membership* watcher : watchers_) {
        if (ready) {
            watcher->joined(*member.server);
        } else {
            watcher->leaving(*member.server);
        }
    }
}

void Fleet::set_down(Member& member, bool down) {
    if (member.is_down == down) return;
    member.is_down = down;
    if (down) {
        member.server->take_down();
    } else {
        member.server->bring_up();
    }
}

void Fleet::set_cold(Member& member, bool cold) {
    if (member.is_cold == cold) return;
    member.is_cold = cold;
    if (cold) {
        member.server->slow_down(lifecycle_.cold_factor);
    } else {
        member.server->speed_up(lifecycle_.cold_factor);
    }
}

}  // namespace models
