// How a cluster gets machines for pods that wait, and lets go of those it does not need.
#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "models/clusters/cluster.h"
#include "sim/sleep.h"

namespace models {

// The cluster's own autoscaler looks every ten seconds, as Kubernetes' does.
sim::Task<void> Cluster::scale_machines() {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), std::chrono::seconds(10));
        order_machines();
        find_unneeded();
    }
}

// Pods that belong to machines wait for theirs, not for new ones.
void Cluster::order_machines() {
    std::vector<PodRequest> pods;
    pending_.for_each([&](const Waiting& each) {
        if (!each.pod.stays()) pods.push_back(each.request);
    });
    const std::size_t there = count_machines() + coming_.size();
    if (pods.empty() || there >= spec_.max_machines) return;
    std::vector<PodRequest> daemons;
    for (const MachineWatcher* watcher : watchers_) daemons.push_back(watcher->pod_of_each());
    std::vector<Estimator::Group> groups;
    for (std::size_t group = 0; group < spec_.machines.size(); ++group) {
        groups.push_back({size_of(group), daemons});
    }
    Estimator estimator(rooms_, groups, spec_.max_machines - there);
    for (const std::size_t group : coming_) estimator.is_coming(group);
    const std::optional<Expansion> plan = estimator.plan(pods);
    if (!plan) return;
    const MachineGroup& group = spec_.machines[plan->group];
    context_.world.recorder.incident(
        context_.name, "machines ordered",
        fmt::format("{} of {} cores{} for {} of {} pending pods", plan->machines, group.cpu,
                    group.zone.empty() ? "" : " in zone " + group.zone, plan->pods, pods.size()));
    for (std::size_t count = 0; count < plan->machines; ++count) {
        coming_.push_back(plan->group);
        crew_.run(come(plan->group));
    }
}

// All take the same time: the first ordered is the first to come.
sim::Task<void> Cluster::come(std::size_t group) {
    co_await sim::sleep(context_.scheduler(), spec_.machine_provision_time);
    coming_.erase(coming_.begin());
    Machine& machine = add_machine(group);
    for (Membership* each : memberships_) each->joined(machine);
    tell_watchers();
    changed();
}

// Whether each of its pods would find a place on another machine, one after the other, the largest
// first (simulator/cluster.go, FindNodesToRemove). Those that belong to it need none. What it
// imagines in the rooms it undoes.
bool Cluster::fits_elsewhere(const Machine& machine) {
    std::vector<PodRequest> pods;
    for (const Pod* pod : machine.pods_) {
        if (!pod->stays()) pods.push_back(pod->request());
    }
    std::ranges::stable_sort(pods, std::ranges::greater(), &PodRequest::cpu);
    rooms_.set_open(machine.room_, false);
    std::vector<std::size_t> moved_to;
    for (const PodRequest& pod : pods) {
        rooms_.give_back(machine.room_, pod);
        const auto room = rooms_.choose(pod);
        moved_to.push_back(room.value_or(machine.room_));
        rooms_.take(moved_to.back(), pod);
        if (!room) break;
    }
    const bool fits = std::ranges::find(moved_to, machine.room_) == moved_to.end();
    for (std::size_t pod = 0; pod < moved_to.size(); ++pod) {
        rooms_.give_back(moved_to[pod], pods[pod]);
        rooms_.take(machine.room_, pods[pod]);
    }
    rooms_.set_open(machine.room_, true);
    return fits;
}

// Of the machines that were added one at a time goes.
void Cluster::find_unneeded() {
    const sim::Time now = context_.now();
    const double most = spec_.scale_down_utilization_threshold.value;
    constexpr int kLookedAt = 30;  // scale-down-non-empty-candidates-count
    int looked_at = 0;
    for (std::size_t index = spec_.instance_count(); index < machines_.size(); ++index) {
        Machine& machine = *machines_[index];
        const bool is_unneeded =
            rooms_.is_open(machine.room_) && waiting_.value() == 0 &&
            rooms_.requested_share(machine.room_) < most &&
            (machine.pods_.empty() || (++looked_at <= kLookedAt && fits_elsewhere(machine)));
        if (!is_unneeded) machine.unneeded_since_.reset();
        if (is_unneeded && !machine.unneeded_since_) machine.unneeded_since_ = now;
        if (!is_unneeded || is_removing_ ||
            now - *machine.unneeded_since_ < spec_.scale_down_unneeded_time) {
            continue;
        }
        is_removing_ = true;
        crew_.run(remove(machine));
    }
}

sim::Task<void> Cluster::remove(Machine& machine) {
    machine.cordoned_ = true;
    machine.open_room();
    context_.world.recorder.incident(context_.name, "machine unneeded",
                                     fmt::format("{} pods there", machine.pods_.size()));
    while (!empty_out(machine)) co_await sim::sleep(context_.scheduler(), std::chrono::seconds(1));
    const std::vector<Pod*> bound = machine.pods_;
    machine.gone_ = context_.now();
    machine.open_room();
    for (Pod* pod : bound) pod->machine_gone();
    for (Membership* each : memberships_) each->leaving(machine);
    ++removed_;
    is_removing_ = false;
    context_.world.recorder.incident(context_.name, "machine removed");
    tell_watchers();
}

}  // namespace models
