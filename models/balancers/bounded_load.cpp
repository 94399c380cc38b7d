#include "models/balancers/bounded_load.h"

#include <cmath>

namespace models {

void BoundedLoad::changed(const Roster& roster) {
    ring_.build(roster.servable);
    total_weight_ = 0;
    open_ = 0;
    active_.clear();
    for (const Candidate& candidate : roster.servable) {
        total_weight_ += candidate.weight;
        open_ += candidate.active;
        active_.push_back(candidate.active);
    }
}

void BoundedLoad::loaded(std::span<const Candidate> candidates, std::size_t index) {
    open_ += candidates[index].active;
    open_ -= active_[index];
    active_[index] = candidates[index].active;
}

// Not all can be at their limits, which together are at least factor * (open + 1).
std::size_t BoundedLoad::pick(std::span<const Candidate> candidates, const Request& request) {
    const double share = spec_.factor * static_cast<double>(open_ + 1) / total_weight_;
    const auto points = ring_.points();
    const std::size_t first = ring_.find(ring_.hash(hashed_.of(request)));
    std::size_t at = first;
    do {
        const std::uint32_t index = points[at].index;
        if (active_[index] + 1.0 <= std::ceil(share * candidates[index].weight)) return index;
        at = at + 1 == points.size() ? 0 : at + 1;
    } while (at != first);
    return points[first].index;
}

}  // namespace models
