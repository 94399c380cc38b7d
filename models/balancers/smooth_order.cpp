#include "models/balancers/smooth_order.h"

#include <algorithm>
#include <utility>

namespace models {

std::size_t SmoothOrder::find(double weight) const {
    return static_cast<std::size_t>(std::ranges::find(groups_, weight, &Group::weight) -
                                    groups_.begin());
}

void SmoothOrder::add(std::uint32_t peer, double weight, double current) {
    const std::size_t at = find(weight);
    if (at == groups_.size()) groups_.push_back({weight, 0, Ranking(*positions_)});
    groups_[at].peers.add(peer, groups_[at].grown - current);
}

double SmoothOrder::current(std::uint32_t peer, double weight) const {
    const Group& group = groups_[find(weight)];
    return group.grown - group.peers.key(peer);
}

double SmoothOrder::remove(std::uint32_t peer, double weight) {
    const std::size_t at = find(weight);
    Group& group = groups_[at];
    const double current = group.grown - group.peers.key(peer);
    group.peers.remove(peer);
    if (group.peers.empty()) {
        std::swap(group, groups_.back());
        groups_.pop_back();
    }
    return current;
}

std::uint32_t SmoothOrder::pick() {
    Group* best = nullptr;
    double greatest = 0;
    double total = 0;
    for (Group& group : groups_) {
        group.grown += group.weight;
        total += group.weight * static_cast<double>(group.peers.size());
        const double current = group.grown - group.peers.first_key();
        const bool better = best == nullptr || current > greatest ||
                            (current == greatest && group.peers.first() < best->peers.first());
        if (!better) continue;
        best = &group;
        greatest = current;
    }
    const std::uint32_t taken = best->peers.first();
    best->peers.move(taken, best->peers.first_key() + total);
    return taken;
}

}  // namespace models
