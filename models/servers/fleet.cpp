#include "models/servers/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "models/servers/server_instance.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Those of the beginning were deployed long before it.
constexpr sim::Time kLongAgo{-std::chrono::hours(1)};

}  // namespace

Fleet::Fleet(Server& server, const Context& context, const Plan& plan)
    : server_(server),
      context_(context),
      lifecycle_(plan.lifecycle),
      size_(plan.size),
      requested_(plan.requested),
      memory_requested_(plan.memory_requested),
      is_guaranteed_(plan.is_guaranteed),
      priority_(plan.priority),
      rules_(plan.rules),
      provision_times_(plan.lifecycle.provision_time.build()),
      start_times_(plan.lifecycle.start_time.build()),
      image_times_(plan.lifecycle.image_pull.build()),
      chances_(context.stream("lifecycle")),
      prober_(server, static_cast<Probed&>(*this), lifecycle_, chances_),
      rollouts_(*this, context, plan.rollouts),
      draws_(plan.changes),
      deletions_(plan.deletions),
      min_available_(plan.min_available),
      is_daemon_(plan.is_daemon),
      placement_(plan.placement),
      zone_skew_(plan.zone_skew) {
    for (std::uint32_t index = 0; index < plan.replicas; ++index) {
        Member& member = have();
        member.is_ready = member.would_be_ready = true;
        ready_.add(context_.now(), 1);
    }
    if (draws_) {
        replicas_line_ = &context_.meter.timeline("replicas", "");
        ready_line_ = &context_.meter.timeline("ready", "");
        wish_line_ = &context_.meter.timeline("desired", "");
        use_line_ = &context_.meter.timeline("utilisation", "1");
        wish_line_->set(context_.now(), plan.replicas);
        ready_line_->set(context_.now(), plan.replicas);
    }
    set_wanted(static_cast<Replicas>(plan.replicas));
    most_ = fewest_ = wanted_;
}

Fleet::~Fleet() = default;

void Fleet::start(Cluster* cluster) {
    cluster_ = cluster;
    if (cluster_ != nullptr) kind_ = cluster_->kind_of(context_.name, rules_);
    if (is_daemon_ && cluster_ != nullptr) man_machines();
    settle();
    // Before anybody orders more: who comes is examined as it begins.
    for (const auto& unit : units_) {
        if (unit->state == State::serving) prober_.examine(*unit);
    }
    for (const Deletion& deletion : deletions_) tasks_.run(erase(deletion));
    if (draws_) tasks_.run(sample());
    rollouts_.start();
}

void Fleet::begin_measuring() {
    const sim::Time now = context_.now();
    existing_.restart(now);
    ready_.restart(now);
    cores_.restart(now);
    capped_.restart(now);
    most_ = fewest_ = wanted_;
    fewest_ready_ = ready_.value();
    ups_ = downs_ = replaced_ = restarted_ = dropped_ = pulls_ = 0;
    prober_.begin_measuring();
    first_change_.reset();
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
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    const auto since = [](const std::optional<sim::Time>& time, sim::Time from) {
        return time ? sim::seconds(*time - from) : std::nan("");
    };
    add("restarts", "", static_cast<double>(restarted_));
    if (lifecycle_.readiness_probe || draws_ || cluster_ != nullptr || !deletions_.empty()) {
        add("ready", "", ready_.mean(now));
        add("ready_least", "", static_cast<double>(fewest_ready_));
    }
    if (lifecycle_.readiness_probe) prober_.report(record);
    if (image_times_.mean() > 0) add("image_pulls", "", static_cast<double>(pulls_));
    if (!rollouts_.empty()) rollouts_.report(record);
    if (!draws_ && (!rollouts_.empty() || !deletions_.empty())) {
        add("dropped", "", static_cast<double>(dropped_));
    }
    if (!draws_) return;
    add("replicas_peak", "", most_);
    add("replicas_least", "", fewest_);
    add("replicas_last", "", wanted_);
    add("scale_ups", "", static_cast<double>(ups_));
    add("scale_downs", "", static_cast<double>(downs_));
    add("replaced", "", static_cast<double>(replaced_));
    add("dropped", "", static_cast<double>(dropped_));
    add("first_change", "s", since(first_change_, context_.world.recorder.measured_from()));
    add("youngest_replaced", "s",
        youngest_replaced_ ? sim::seconds(*youngest_replaced_) : std::nan(""));
    add("unit_cores", "", static_cast<double>(size_.cpu) / 1000);
    add("capped_time", "s", capped_.mean(now) * hours * 3600);
    add("instance_hours", "", record.instances * hours);
    const auto between = [](const std::optional<sim::Time>& from,
                            const std::optional<sim::Time>& to) {
        return from && to ? sim::seconds(*to - *from) : std::nan("");
    };
    add("reaction_metric", "s", between(reaction_.crossed, reaction_.known));
    add("reaction_sync", "s", between(reaction_.known, reaction_.decided));
    add("reaction_start", "s", between(reaction_.decided, reaction_.ready));
    add("reaction_warm_up", "s", between(reaction_.ready, reaction_.warm));
    add("reaction_total", "s", between(reaction_.crossed, reaction_.warm));
}

void Fleet::dismiss() {
    tasks_.dismiss();
    rollouts_.dismiss();
    for (const auto& unit : units_) {
        unit->probes.dismiss();
        unit->life.dismiss();
        unit->server->dismiss();
        unit->binding.give_back();
    }
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
        seen.status.memory_request = static_cast<Milli>(pod_request(member.size).memory.count);
    }
    return units;
}

void Fleet::announce(const Decision& decision) {
    if (!first_change_) first_change_ = context_.now();
    const bool up = decision.replicas > wanted_;
    ++(up ? ups_ : downs_);
    context_.world.recorder.incident(
        context_.name, up ? "scaled up" : "scaled down",
        fmt::format("{} to {}: {}", wanted_, decision.replicas, decision.why));
    if (up && !reaction_.decided && reaction_.crossed) {
        reaction_.known = std::max(decision.known, *reaction_.crossed);
        reaction_.decided = context_.now();
        reaction_.first = next_id_;
    }
    set_wanted(decision.replicas);
}

void Fleet::scale_to(const Decision& decision) {
    const Replicas before = wanted_;
    if (decision.replicas == before) return;
    announce(decision);
    for (Replicas count = before; count < decision.replicas; ++count) {
        Member& member = order();
        member.life.run(come(member));
    }
    const Replicas fewer = std::max(0, before - decision.replicas);
    for (Member* member : first_to_go(static_cast<std::size_t>(fewer))) retire(*member);
}

void Fleet::scale_at_once(const Decision& decision) {
    const Replicas before = wanted_;
    if (decision.replicas == before) return;
    announce(decision);
    for (Replicas count = before; count < decision.replicas; ++count) {
        Member& member = order();
        member.has_cores = true;
        cores_.add(context_.now(), member.size.cpu);
        serve(member);
        // As if it had been there for long: its probes go on, they need not begin with a success.
        set_ready(member, true);
        prober_.examine(member);
    }
    const Replicas fewer = std::max(0, before - decision.replicas);
    for (Member* member : first_to_go(static_cast<std::size_t>(fewer))) retire(*member);
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
        if (!first_change_) first_change_ = context_.now();
        const sim::Duration age = context_.now() - unit->ordered;
        youngest_replaced_ = std::min(youngest_replaced_.value_or(age), age);
        context_.world.recorder.incident(context_.name, "replaced",
                                         fmt::format("unit {}: {}", id, why));
        substitute(*unit);
        return;
    }
}

// A place nobody has.
FleetMember& Fleet::vacancy() {
    Member* member = nullptr;
    const auto usable = std::find_if(vacant_.rbegin(), vacant_.rend(),
                                     [](const Member* each) { return each->server->is_as_new(); });
    if (usable != vacant_.rend()) {
        member = *usable;
        vacant_.erase(std::next(usable).base());
    } else {
        const auto index = static_cast<std::uint32_t>(units_.size());
        units_.push_back(std::make_unique<Member>());
        member = units_.back().get();
        member->server = std::make_unique<ServerInstance>(server_, index);
        member->pod = &pods_.emplace_back(*this, *member);
        instances_.push_back(member->server.get());
    }
    member->id = next_id_++;
    member->size = size_;
    member->server->resize(size_);
    member->version = rollouts_.number();
    member->is_held = member->would_be_ready = member->backs_off = false;
    member->server->become(rollouts_.version());
    member->starts = 0;
    return *member;
}

// One that has been there for long.
FleetMember& Fleet::have() {
    Member& member = vacancy();
    member.state = State::serving;
    member.ordered = member.started = member.readiness_changed = member.ready_since = kLongAgo;
    existing_.add(context_.now(), 1);
    member.has_cores = true;
    cores_.add(context_.now(), size_.cpu);
    return member;
}

FleetMember& Fleet::order() {
    Member& member = vacancy();
    member.state = State::ordered;
    member.is_ready = false;
    member.ordered = member.started = member.readiness_changed = context_.now();
    existing_.add(context_.now(), 1);
    set_down(member, true);
    member.server->open();
    member.server->start();
    return member;
}

std::vector<FleetMember*> Fleet::members() const {
    std::vector<Member*> all;
    for (const auto& unit : units_) {
        if (unit->state != State::gone) all.push_back(unit.get());
    }
    return all;
}

void Fleet::add(bool held) {
    Member& member = order();
    member.is_held = held;
    member.life.run(come(member));
}

std::vector<FleetMember*> Fleet::first_to_go(std::size_t count) const {
    std::vector<Member*> all;
    if (count == 0) return all;
    for (const auto& unit : units_) {
        if (unit->state != State::gone && unit->state != State::leaving) all.push_back(unit.get());
    }
    std::ranges::sort(all, [](const Member* one, const Member* other) {
        if (one->is_ready != other->is_ready) return !one->is_ready;
        if (one->state != other->state) return one->state < other->state;
        return one->id > other->id;
    });
    if (all.size() > count) all.resize(count);
    return all;
}

void Fleet::retire(Member& member) {
    member.life.dismiss();
    member.probes.dismiss();
    set_cold(member, false);
    const bool had_begun = member.state == State::serving;
    member.state = State::leaving;
    member.life.run(had_begun ? go(member) : vanish(member));
}

// The use of all cores that run, second by second, for the chart.
sim::Task<void> Fleet::sample() {
    constexpr sim::Duration kSecond = std::chrono::seconds(1);
    const auto busy_now = [this] {
        sim::Duration busy{};
        for (const auto& unit : units_) busy += unit->server->vitals().busy;
        return busy;
    };
    sim::Duration busy = busy_now();
    for (;;) {
        const double cores = static_cast<double>(cores_.value()) / 1000;
        co_await sim::sleep(context_.scheduler(), kSecond);
        const sim::Duration before = std::exchange(busy, busy_now());
        const double use = cores > 0 ? sim::seconds(busy - before) / cores : 0;
        use_line_->set(context_.now(), use);
        if (reaction_.decided || reaction_.threshold == 0) continue;
        if (use / requested_ <= reaction_.threshold) reaction_.crossed.reset();
        if (use / requested_ > reaction_.threshold && !reaction_.crossed) {
            reaction_.crossed = context_.now() - kSecond;
        }
    }
}

}  // namespace models
