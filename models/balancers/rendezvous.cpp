#include "models/balancers/rendezvous.h"

#include <algorithm>

#include "sim/math.h"
#include "sim/rng.h"

namespace models {

void Rendezvous::changed(const Roster& roster) {
    const auto candidates = roster.servable;
    weighted_ = std::ranges::any_of(candidates, [&](const Candidate& candidate) {
        return candidate.weight != candidates.front().weight;
    });
    names_.clear();
    for (const Candidate& candidate : candidates) names_.push_back(xxhash64(candidate.name));
}

std::size_t Rendezvous::pick(std::span<const Candidate> candidates, const Request& request) {
    const std::uint64_t key = sim::mix(hashed_.of(request));
    return weighted_ ? highest_weighted(candidates, key) : highest(key);
}

std::size_t Rendezvous::highest(std::uint64_t key) const {
    std::size_t best = 0;
    std::uint64_t best_lot = 0;
    for (std::size_t index = 0; index < names_.size(); ++index) {
        const std::uint64_t lot = sim::mix(names_[index] ^ key);
        if (lot <= best_lot) continue;
        best = index;
        best_lot = lot;
    }
    return best;
}

std::size_t Rendezvous::highest_weighted(std::span<const Candidate> candidates,
                                         std::uint64_t key) const {
    std::size_t best = 0;
    double best_lot = -1;
    for (std::size_t index = 0; index < names_.size(); ++index) {
        const std::uint64_t bits = sim::mix(names_[index] ^ key);
        const double uniform = (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
        // -log(u) is at least 1 - u, so most are out without a logarithm.
        if (candidates[index].weight <= best_lot * (1 - uniform)) continue;
        const double lot = -candidates[index].weight / sim::log(uniform);
        if (lot <= best_lot) continue;
        best = index;
        best_lot = lot;
    }
    return best;
}

}  // namespace models
