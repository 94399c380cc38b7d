#include "models/servers/fleet.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "models/servers/server_instance.h"
#include "models/used.h"
#include "sim/sleep.h"

namespace models {

namespace {

// Those of the beginning were deployed long before it.
constexpr sim::Time kLongAgo{-std::chrono::hours(1)};

}  // namespace

Fleet::Fleet(Server& server, const Context& context, const Plan& plan)
    : server_(server),
      context_(context),
      size_(plan.size),
      requested_(plan.pods.requested),
      kubelet_(server, plan.lifecycle, rollouts_, reaction_),
      pods_(plan.pods, context_, *this, kubelet_),
      rollouts_(*this, context, plan.rollouts),
      deletions_(plan.deletions),
      is_daemon_(plan.pods.stay),
      draws_(plan.changes) {
    for (std::uint32_t index = 0; index < plan.replicas; ++index) kubelet_.has_been_ready(have());
    if (draws_) {
        replicas_line_ = &context_.meter.timeline("replicas", "");
        sim::Timeline& ready_line = context_.meter.timeline("ready", "");
        wish_line_ = &context_.meter.timeline("desired", "");
        use_line_ = &context_.meter.timeline("utilisation", "1");
        wish_line_->set(context_.now(), plan.replicas);
        ready_line.set(context_.now(), plan.replicas);
        kubelet_.draw_ready(ready_line);
    }
    set_wanted(static_cast<Replicas>(plan.replicas));
    most_ = fewest_ = wanted_;
}

Fleet::~Fleet() = default;

void Fleet::start(Cluster* cluster) {
    pods_.use(cluster);
    if (cluster != nullptr) {
        if (is_daemon_) run_on_all_machines();
        settle();
    }
    // Before anybody orders more: who comes is examined as it begins.
    for (const auto& unit : units_) {
        if (unit->state == State::serving) kubelet_.examine(*unit);
    }
    for (const Deletion& deletion : deletions_) tasks_.run(erase(deletion));
    if (draws_) tasks_.run(sample());
    rollouts_.start();
}

void Fleet::begin_measuring() {
    kubelet_.begin_measuring();
    capped_.restart(context_.now());
    most_ = fewest_ = wanted_;
    ups_ = downs_ = replaced_ = 0;
    first_change_.reset();
    for (const auto& unit : units_) {
        unit->cores.restart(context_.now());
        unit->server->begin_measuring();
    }
}

void Fleet::report(sim::NodeRecord& record, const InstancePrice& price) {
    const sim::Time now = context_.now();
    const double hours = sim::seconds(now - context_.world.recorder.measured_from()) / 3600;
    record.instances = kubelet_.instances();
    use_hours(context_, price, record.instances * hours, kubelet_.stays());
    const auto add = [&](const char* name, const char* unit, double value) {
        record.measures.push_back({name, unit, value});
    };
    const bool has_cluster = pods_.cluster() != nullptr;
    kubelet_.report(record, draws_ || has_cluster || !deletions_.empty());
    if (!rollouts_.empty()) rollouts_.report(record);
    const bool changes = draws_ || !rollouts_.empty() || !deletions_.empty();
    if (changes && !draws_) kubelet_.report_dropped(record);
    if (!draws_) return;
    add("replicas_peak", "", most_);
    add("replicas_least", "", fewest_);
    add("replicas_last", "", wanted_);
    add("scale_ups", "", static_cast<double>(ups_));
    add("scale_downs", "", static_cast<double>(downs_));
    add("replaced", "", static_cast<double>(replaced_));
    kubelet_.report_dropped(record);
    add("first_change", "s",
        first_change_ ? sim::seconds(*first_change_ - context_.world.recorder.measured_from())
                      : std::nan(""));
    add("youngest_replaced", "s",
        youngest_replaced_ ? sim::seconds(*youngest_replaced_) : std::nan(""));
    add("unit_cores", "", static_cast<double>(size_.cpu) / 1000);
    add("capped_time", "s", capped_.mean(now) * hours * 3600);
    add("instance_hours", "", record.instances * hours);
    reaction_.report(record);
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
        seen.status.memory_request = static_cast<Milli>(pods_.request_of(member.size).memory.count);
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
    if (up) reaction_.decided(decision, context_.now(), next_id_);
    set_wanted(decision.replicas);
}

void Fleet::scale_to(const Decision& decision) {
    const Replicas before = wanted_;
    if (decision.replicas == before) return;
    announce(decision);
    for (Replicas count = before; count < decision.replicas; ++count) add(false);
    retire_surplus(before);
}

void Fleet::scale_at_once(const Decision& decision) {
    const Replicas before = wanted_;
    if (decision.replicas == before) return;
    announce(decision);
    for (Replicas count = before; count < decision.replicas; ++count) {
        Member& member = order();
        kubelet_.take_cores(member);
        kubelet_.serve(member);
        // As if it had been there for long: its probes go on, they need not begin with a success.
        kubelet_.set_ready(member, true);
        kubelet_.examine(member);
    }
    retire_surplus(before);
}

void Fleet::retire_surplus(Replicas before) {
    const Replicas fewer = std::max(0, before - wanted_);
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
        if (unit->id != id || !unit->stays()) continue;
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
    Member* member = kubelet_.vacant();
    if (member == nullptr) {
        const auto index = static_cast<std::uint32_t>(units_.size());
        units_.push_back(std::make_unique<Member>());
        member = units_.back().get();
        member->server = std::make_unique<ServerInstance>(server_, index);
        pods_.add(*member);
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
    kubelet_.bill();
    kubelet_.take_cores(member);
    return member;
}

FleetMember& Fleet::order() {
    Member& member = vacancy();
    member.state = State::ordered;
    member.is_ready = false;
    member.ordered = member.started = member.readiness_changed = context_.now();
    kubelet_.bill();
    kubelet_.set_down(member, true);
    member.server->open();
    member.server->start();
    return member;
}

std::string Fleet::image() const {
    return fmt::format("{}:{}", context_.name, rollouts_.image());
}

sim::Task<void> Fleet::come(Member& member) {
    if (pods_.cluster() != nullptr) co_await pods_.bind(member);
    co_await kubelet_.provision(member);
}

// Those of the beginning take their places; who finds none has to wait for one like anybody else.
void Fleet::settle() {
    const std::size_t count = units_.size();
    for (std::size_t index = 0; index < count; ++index) {
        Member& member = *units_[index];
        if (member.state != State::serving) continue;
        if (pods_.try_bind(member)) {
            member.binding.pulled(image());
            continue;
        }
        kubelet_.set_ready(member, false);
        kubelet_.set_down(member, true);
        kubelet_.leave_cores(member);
        member.state = State::ordered;
        member.ordered = member.started = context_.now();
        member.life.run(come(member));
    }
}

// At the beginning: as many as machines, as though it had always been so.
void Fleet::run_on_all_machines() {
    const auto machines = static_cast<Replicas>(pods_.cluster()->watch_machines(*this));
    for (Replicas count = wanted_; count < machines; ++count) set_ready(have(), true);
    const auto surplus = static_cast<std::size_t>(std::max(0, wanted_ - machines));
    for (Member* member : first_to_go(surplus)) retire(*member);
    set_wanted(machines);
    most_ = fewest_ = wanted_;
}

void Fleet::machines_changed(std::size_t count) {
    scale_to({static_cast<Replicas>(count), fmt::format("{} machines", count), {}});
}

void Fleet::machine_gone(FleetMember& member) {
    if (!member.stays()) return;
    set_wanted(wanted_ - 1);
    retire(member);
}

void Fleet::substitute(Member& member) {
    retire(member);
    add(false);
}

sim::Task<void> Fleet::erase(Deletion deletion) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(deletion.at));
    if (deletion.all) {
        scale_to({0, "deleted", {}});
        co_return;
    }
    std::vector<Member*> all;
    for (const auto& unit : units_) {
        if (unit->stays()) all.push_back(unit.get());
    }
    if (all.size() > deletion.instances) all.resize(deletion.instances);
    context_.world.recorder.incident(context_.name, "deleted",
                                     fmt::format("{} instances", all.size()));
    for (Member* member : all) substitute(*member);
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
        if (unit->stays()) all.push_back(unit.get());
    }
    std::ranges::sort(all, [](const Member* one, const Member* other) {
        if (one->is_ready != other->is_ready) return !one->is_ready;
        if (one->state != other->state) return one->state < other->state;
        return one->id > other->id;
    });
    if (all.size() > count) all.resize(count);
    return all;
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
        const double cores = static_cast<double>(kubelet_.cores()) / 1000;
        co_await sim::sleep(context_.scheduler(), kSecond);
        const sim::Duration before = std::exchange(busy, busy_now());
        const double use = cores > 0 ? sim::seconds(busy - before) / cores : 0;
        use_line_->set(context_.now(), use);
        if (reaction_.is_watching()) reaction_.see(use / requested_, context_.now() - kSecond);
    }
}

}  // namespace models
