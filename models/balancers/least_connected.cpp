#include "models/balancers/least_connected.h"

namespace models {

void LeastConnected::set(std::span<const Candidate> candidates) {
    for (std::uint32_t index = 0; index < peers_.size(); ++index) {
        const std::uint32_t id = peers_[index].id;
        if (id >= currents_.size()) currents_.resize(id + 1);
        currents_[id] = leave(index);
    }
    peers_.clear();
    positions_.resize(candidates.size());
    for (const Candidate& candidate : candidates) {
        const double weight = weights_ == Weights::used ? candidate.weight : 1;
        const double current = candidate.id < currents_.size() ? currents_[candidate.id] : 0;
        peers_.push_back({candidate.id, weight, {}});
        enter(static_cast<std::uint32_t>(peers_.size() - 1), candidate.active, current);
    }
}

void LeastConnected::load(std::uint32_t index, std::uint32_t active) {
    enter(index, active, leave(index));
}

void LeastConnected::enter(std::uint32_t index, std::uint32_t active, double current) {
    Peer& peer = peers_[index];
    // Equal fractions of whole numbers round to equal doubles.
    const double load = static_cast<double>(active) / peer.weight;
    peer.level = levels_.try_emplace(load, positions_).first;
    peer.level->second.add(index, peer.weight, current);
}

double LeastConnected::leave(std::uint32_t index) {
    const Peer& peer = peers_[index];
    const double current = peer.level->second.remove(index, peer.weight);
    if (peer.level->second.empty()) levels_.erase(peer.level);
    return current;
}

}  // namespace models
