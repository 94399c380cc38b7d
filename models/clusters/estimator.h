// Which machines to order for pods that find no place: Kubernetes' cluster autoscaler.
//
// Pods for which there will be room on the machines that are there or on their way need none
// (filter_out_schedulable.go). For the others each group is tried by itself: largest pods first,
// each goes onto the first imagined machine of the group that may take it, else onto one more
// (estimator/binpacking_estimator.go, decreasing_pod_orderer.go). Of the groups the one that wastes
// least is taken, by the shares of cores and memory left over (expander/waste/waste.go; upstream's
// default is `random`); of equals the first. Pods that this group does not help are looked at again
// the next time, when what was ordered now counts as on its way.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/clusters/schedulable_machines.h"

namespace models {

struct Expansion {
    std::size_t group = 0;
    std::size_t machines = 0;
    std::size_t pods = 0;  // that they are for
    double waste = 0;      // of cores and of memory, the sum of both shares: 0 to 2
};

class Estimator {
public:
    // A new machine of a group: what it has, and what is left of it beside its daemons.
    struct Group {
        MachineCapacity whole;
        std::vector<PodRequest> daemons;
    };

    // `rooms`: those that are there. At most so many machines may be ordered.
    Estimator(SchedulableMachines rooms, std::span<const Group> groups, std::size_t most)
        : rooms_(std::move(rooms)), groups_(groups), most_(most) {}

    // One that was ordered before.
    void is_coming(std::size_t group) { add(rooms_, group); }

    // None when none of them would help.
    std::optional<Expansion> plan(std::span<const PodRequest> pending);

private:
    std::size_t add(SchedulableMachines& rooms, std::size_t group) const;
    std::vector<PodRequest> without_those_that_fit(std::span<const PodRequest> pending);
    Expansion pack(std::size_t group, std::vector<PodRequest> pods) const;

    SchedulableMachines rooms_;
    std::span<const Group> groups_;
    std::size_t most_;
};

}  // namespace models
