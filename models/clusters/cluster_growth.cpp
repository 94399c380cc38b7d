// How a cluster gets machines for pods that wait, and lets go of those it does not need.
#include <fmt/format.h>

#include <algorithm>

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
        if (!each.tenant.stays()) pods.push_back(each.request);
    });
    const std::size_t there = count_machines() + coming_.size();
    if (pods.empty() || there >= spec_.max_machines) return;
    std::vector<PodRequest> daemons;
    for (const MachineWatcher* watcher : watchers_) daemons.push_back(watcher->pod_of_each());
    std::vector<Growth::Group> groups;
    for (const MachineGroup& group : spec_.machines) groups.push_back({size_of(group), daemons});
    Growth growth(rooms_, groups, spec_.max_machines - there);
    for (const std::size_t group : coming_) growth.is_coming(group);
    const std::optional<GrowthPlan> plan = growth.plan(pods);
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
    add_machine(spec_.machines[group]);
    tell_watchers();
    changed();
}

// Of the machines that were added one at a time goes. Kubernetes tries to place each pod; that all
// of them together have room elsewhere is enough here.
void Cluster::find_unneeded() {
    const sim::Time now = context_.now();
    const FreeRoom room = free_room();
    const auto fits_elsewhere = [&](const Machine& machine) {
        const std::size_t its = machine.room_;
        return room.cpu - rooms_.cpu_free(its) >= rooms_.cpu_taken(its) &&
               room.memory - rooms_.memory_free(its) >= rooms_.memory_taken(its);
    };
    const double most_free = 1 - spec_.scale_down_utilization_threshold.value;
    for (std::size_t index = spec_.instance_count(); index < machines_.size(); ++index) {
        Machine& machine = *machines_[index];
        const bool is_unneeded = rooms_.is_open(machine.room_) && waiting_.value() == 0 &&
                                 rooms_.free_share(machine.room_) > most_free &&
                                 fits_elsewhere(machine);
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

// On all machines that pods can be placed on.
Cluster::FreeRoom Cluster::free_room() const {
    FreeRoom free;
    for (std::size_t room = 0; room < rooms_.size(); ++room) {
        if (!rooms_.is_open(room)) continue;
        free.cpu += rooms_.cpu_free(room);
        free.memory += rooms_.memory_free(room);
    }
    return free;
}

sim::Task<void> Cluster::remove(Machine& machine) {
    machine.cordoned_ = true;
    machine.open_room();
    context_.world.recorder.incident(context_.name, "machine unneeded",
                                     fmt::format("{} pods there", machine.tenants_.size()));
    while (!empty_out(machine)) co_await sim::sleep(context_.scheduler(), std::chrono::seconds(1));
    const std::vector<Tenant*> tenants = machine.tenants_;
    machine.gone_ = context_.now();
    machine.open_room();
    for (Tenant* tenant : tenants) tenant->machine_gone();
    ++removed_;
    is_removing_ = false;
    context_.world.recorder.incident(context_.name, "machine removed");
    tell_watchers();
}

}  // namespace models
