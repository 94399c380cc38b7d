// Room for a pod by the eviction of others of a lower priority.
//
// As kube-scheduler's preemption (pkg/scheduler/framework/preemption): on each machine all pods of
// a lower priority are imagined gone; when the pod fits then, as many as possible are let back, the
// highest priority first. Of the machines the one whose most important victim matters least is
// taken, then the one with the fewest victims. Where upstream would break a budget for want of
// another machine, here it waits: nobody is evicted whose budget does not allow it.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "models/clusters/cluster.h"

namespace models {

// What it imagines in the rooms it undoes.
std::optional<Cluster::Victims> Cluster::victims_on(const Machine& machine,
                                                    const PodRequest& request) {
    if (!rooms_.is_open(machine.room_)) return std::nullopt;
    std::vector<Pod*> lower;
    for (Pod* pod : machine.pods_) {
        const bool is_lower = pod->request().priority < request.priority;
        if (is_lower && !pod->stays() && pod->may_be_evicted()) lower.push_back(pod);
    }
    if (lower.empty()) return std::nullopt;
    for (const Pod* pod : lower) rooms_.give_back(machine.room_, pod->request());
    const bool fits = rooms_.may_take(machine.room_, request);
    if (fits) rooms_.take(machine.room_, request);
    std::ranges::stable_sort(lower, std::ranges::greater(),
                             [](const Pod* each) { return each->request().priority; });
    Victims victims;
    for (Pod* pod : lower) {
        const PodRequest its = pod->request();
        if (fits && !rooms_.may_take(machine.room_, its)) {
            if (victims.pods.empty()) victims.priority = its.priority;
            victims.pods.push_back(pod);
            continue;
        }
        rooms_.take(machine.room_, its);
    }
    if (!fits) return std::nullopt;
    rooms_.give_back(machine.room_, request);
    for (const Pod* pod : victims.pods) rooms_.take(machine.room_, pod->request());
    return victims;
}

// The machine whose pods were evicted for it; none when that helps nowhere.
Machine* Cluster::preempt(const PodRequest& request) {
    std::optional<Victims> best;
    Machine* where = nullptr;
    for (const auto& machine : machines_) {
        std::optional<Victims> victims = victims_on(*machine, request);
        if (!victims) continue;
        const bool is_better =
            !best || victims->priority < best->priority ||
            (victims->priority == best->priority && victims->pods.size() < best->pods.size());
        if (!is_better) continue;
        best = std::move(victims);
        where = machine.get();
    }
    if (!best) return nullptr;
    preempted_ += best->pods.size();
    context_.world.recorder.incident(
        kinds_[request.kind], "preempts",
        fmt::format("{} pods of priority {} and less", best->pods.size(), best->priority));
    where->nominated_ = true;  // before those that come for the victims look for a place
    where->open_room();
    for (Pod* pod : best->pods) {
        if (!pod->evict()) where->nominated_ = false;
    }
    where->open_room();
    return where->nominated_ ? where : nullptr;
}

// As nominatedNodeName: until its victims have left, nobody else is placed there.
void Cluster::nominate(Machine* machine, Waiting& waiting) {
    if (waiting.nominated != nullptr) {
        waiting.nominated->nominated_ = false;
        waiting.nominated->open_room();
    }
    waiting.nominated = machine;
    if (machine == nullptr) return;
    machine->nominated_ = true;
    machine->open_room();
}

// Where a pod that waits can be placed now.
Machine* Cluster::place_for(Waiting& waiting) {
    if (waiting.nominated == nullptr && yields(waiting.request)) return nullptr;
    if (waiting.nominated == nullptr) {
        if (Machine* machine = choose(waiting.request)) return machine;
        if (waiting.request.priority <= lowest_) return nullptr;
        nominate(preempt(waiting.request), waiting);
    }
    return waiting.nominated != nullptr ? claim(waiting) : nullptr;
}

Machine* Cluster::claim(Waiting& waiting) {
    Machine& machine = *waiting.nominated;
    nominate(nullptr, waiting);
    if (rooms_.may_take(machine.room_, waiting.request)) return &machine;
    if (rooms_.is_open(machine.room_)) nominate(&machine, waiting);
    return nullptr;
}

// Whether one of a higher priority waits that would find a place now.
bool Cluster::yields(const PodRequest& request) {
    if (priorities_ == 0) return false;
    bool yields = false;
    pending_.for_each([&](const Waiting& each) {
        yields = yields || (each.request.priority > request.priority &&
                            rooms_.choose(each.request).has_value());
    });
    return yields;
}

}  // namespace models
