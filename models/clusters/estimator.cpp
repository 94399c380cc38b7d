#include "models/clusters/estimator.h"

#include <algorithm>

namespace models {

namespace {

// Its size, as shares of a machine.
double score(const PodRequest& pod, const MachineCapacity& machine) {
    const auto share = [](double part, double whole) { return whole > 0 ? part / whole : 0; };
    return share(static_cast<double>(pod.cpu), static_cast<double>(machine.cpu)) +
           share(static_cast<double>(pod.memory.count), static_cast<double>(machine.memory));
}

double waste_of(const std::vector<PodRequest>& placed, const MachineCapacity& machine,
                std::size_t count) {
    double used = 0;
    for (const PodRequest& pod : placed) used += score(pod, machine);
    return 2 - used / static_cast<double>(count);
}

}  // namespace

// Empty but for the pods that every machine has.
std::size_t Estimator::add(SchedulableMachines& rooms, std::size_t group) const {
    const std::size_t room = rooms.add(groups_[group].whole);
    for (const PodRequest& daemon : groups_[group].daemons) {
        if (rooms.may_take(room, daemon)) rooms.take(room, daemon);
    }
    return room;
}

std::vector<PodRequest> Estimator::without_those_that_fit(std::span<const PodRequest> pending) {
    std::vector<PodRequest> left;
    for (const PodRequest& pod : pending) {
        // As large as one that did not fit, since when nothing was taken that could let it in.
        const bool is_same = !left.empty() && left.back() == pod && !pod.zone_skew;
        const auto room = is_same ? std::nullopt : rooms_.choose(pod);
        if (room) {
            rooms_.take(*room, pod);
        } else {
            left.push_back(pod);
        }
    }
    return left;
}

Expansion Estimator::pack(std::size_t group, std::vector<PodRequest> pods) const {
    const MachineCapacity& machine = groups_[group].whole;
    std::ranges::stable_sort(pods, [&](const PodRequest& one, const PodRequest& other) {
        return score(one, machine) > score(other, machine);
    });
    SchedulableMachines rooms = rooms_;
    const std::size_t begin = rooms.size();
    std::vector<PodRequest> placed;
    std::size_t room = begin;
    for (std::size_t pod = 0; pod < pods.size(); ++pod) {
        // What one like it found full is full for this one too.
        if (pod == 0 || pods[pod] != pods[pod - 1]) room = begin;
        while (room < rooms.size() && !rooms.may_take(room, pods[pod])) ++room;
        if (room == rooms.size()) {
            if (rooms.size() - begin == most_) continue;
            add(rooms, group);
            if (!rooms.may_take(room, pods[pod])) {
                rooms.remove_last();
                continue;
            }
        }
        rooms.take(room, pods[pod]);
        placed.push_back(pods[pod]);
    }
    const std::size_t count = rooms.size() - begin;
    return {group, count, placed.size(), count > 0 ? waste_of(placed, machine, count) : 0};
}

std::optional<Expansion> Estimator::plan(std::span<const PodRequest> pending) {
    const std::vector<PodRequest> pods = without_those_that_fit(pending);
    std::optional<Expansion> best;
    if (pods.empty() || most_ == 0) return best;
    for (std::size_t group = 0; group < groups_.size(); ++group) {
        const Expansion plan = pack(group, pods);
        if (plan.machines > 0 && (!best || plan.waste < best->waste)) best = plan;
    }
    return best;
}

}  // namespace models
