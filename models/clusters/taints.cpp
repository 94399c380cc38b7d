// Taints that come and go, and who is evicted because of them: Kubernetes' taint eviction
// controller (pkg/controller/tainteviction), which deletes pods, so no budget keeps them.
#include <fmt/format.h>

#include <algorithm>

#include "models/clusters/cluster.h"
#include "sim/sleep.h"

namespace models {

namespace {

bool have_same_taints(const std::vector<Taint>& one, const std::vector<Taint>& other) {
    return std::ranges::is_permutation(one, other);
}

}  // namespace

// That of machines which are like these but for their taints; made when it is first asked for.
std::uint16_t Cluster::group_with(std::uint16_t like, const std::vector<Taint>& taints) {
    MachineGroup group = groups_[like];
    group.taints = taints;
    for (std::size_t each = 0; each < groups_.size(); ++each) {
        const bool is_it =
            origins_[each] == origins_[like] && have_same_taints(groups_[each].taints, taints);
        if (is_it) return static_cast<std::uint16_t>(each);
    }
    groups_.push_back(std::move(group));
    origins_.push_back(origins_[like]);
    for (std::uint32_t kind = 0; kind < rules_.size(); ++kind) tell_rules(kind);
    return static_cast<std::uint16_t>(groups_.size() - 1);
}

// Where pods of this kind may be placed, and where they would rather not.
void Cluster::tell_rules(std::uint32_t kind) {
    std::vector<bool> allowed;
    std::vector<bool> avoided;
    for (const MachineGroup& group : groups_) {
        allowed.push_back(rules_[kind].allow(group));
        avoided.push_back(rules_[kind].avoid(group));
    }
    if (std::ranges::find(allowed, false) != allowed.end()) rooms_.allow(kind, allowed);
    if (std::ranges::find(avoided, true) != avoided.end()) rooms_.avoid(kind, avoided);
}

void Cluster::set_taints(Machine& machine, const std::vector<Taint>& taints) {
    machine.taints_ = taints;
    machine.group_number_ = group_with(machine.group_number_, taints);
    rooms_.set_group(machine.room_, machine.group_number_);
}

sim::Task<void> Cluster::taint(TimedTaint plan) {
    co_await sim::sleep_until(context_.scheduler(), sim::Time(plan.at));
    std::vector<Machine*> tainted;
    for (std::uint32_t index = plan.first; index < plan.first + plan.machines; ++index) {
        if (index < machines_.size()) tainted.push_back(machines_[index].get());
    }
    context_.world.recorder.incident(
        context_.name, "taint",
        fmt::format("{} of {} machines", text_of(plan.taint), tainted.size()));
    for (Machine* machine : tainted) {
        std::vector<Taint> taints = machine->taints_;
        taints.push_back(plan.taint);
        set_taints(*machine, taints);
    }
    for (Machine* machine : tainted) {
        const std::vector<Pod*> bound = machine->pods_;
        for (Pod* pod : bound) evict_if_tainted(*machine, *pod);
    }
    co_await sim::sleep_until(context_.scheduler(), sim::Time(plan.at + plan.lasts));
    for (Machine* machine : tainted) {
        std::vector<Taint> taints = machine->taints_;
        taints.erase(std::ranges::find(taints, plan.taint));
        set_taints(*machine, taints);
    }
    context_.world.recorder.incident(context_.name, "taint removed", text_of(plan.taint));
    changed();
}

// Pods are not ready when their machine has not been heard of for a time, and lost when they have
// not tolerated that for longer.
sim::Task<void> Cluster::watch_silence(Machine& machine) {
    sim::Scheduler& scheduler = context_.scheduler();
    co_await sim::sleep(scheduler, spec_.not_ready_after);
    std::vector<Pod*> bound = machine.pods_;
    for (Pod* pod : bound) pod->not_ready();
    const sim::Time since = scheduler.now();
    const auto patience = [&](const Pod& pod) {
        const sim::Duration* const own = pod.tolerations().seconds.find(kUnreachable);
        return own == nullptr ? spec_.evict_after : *own;
    };
    std::set<sim::Duration> patiences;
    for (const Pod* pod : machine.pods_) patiences.insert(patience(*pod));
    for (const sim::Duration each : patiences) {
        co_await sim::sleep_until(scheduler, since + each);
        bound = machine.pods_;
        for (Pod* pod : bound) {
            if (patience(*pod) <= each) pod->lost();
        }
    }
}

// A daemon's pods tolerate all, as most daemons' do. Each taint counts from when it and the pod met
// first.
void Cluster::evict_if_tainted(Machine& machine, Pod& pod) {
    if (pod.stays()) return;
    for (const Taint& taint : machine.taints_) {
        const auto stay = pod.tolerations().stay_under(taint);
        if (!stay) continue;
        crew_.run(evict_after(machine, pod, taint, *stay));
    }
}

// Unless one of the two has gone meanwhile.
sim::Task<void> Cluster::evict_after(Machine& machine, Pod& pod, Taint taint, sim::Duration stay) {
    const std::uint64_t binding = machine.binding_of(pod);
    co_await sim::sleep(context_.scheduler(), stay);
    const bool is_there = std::ranges::find(machine.taints_, taint) != machine.taints_.end();
    if (!is_there || machine.binding_of(pod) != binding) co_return;
    ++tainted_;
    pod.replace(fmt::format("its machine has the taint {}", text_of(taint)));
}

}  // namespace models
