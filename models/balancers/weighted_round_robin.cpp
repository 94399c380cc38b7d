#include "models/balancers/weighted_round_robin.h"

namespace models {

// Who comes back has the current weight that it left with, as in nginx.
void WeightedRoundRobin::changed(const Roster& roster) {
    for (std::uint32_t index = 0; index < candidates_.size(); ++index) {
        const Candidate& candidate = candidates_[index];
        if (candidate.id >= currents_.size()) currents_.resize(candidate.id + 1);
        currents_[candidate.id] = order_.remove(index, candidate.weight);
    }
    candidates_.assign(roster.servable.begin(), roster.servable.end());
    positions_.resize(candidates_.size());
    for (std::uint32_t index = 0; index < candidates_.size(); ++index) {
        const Candidate& candidate = candidates_[index];
        const double current = candidate.id < currents_.size() ? currents_[candidate.id] : 0;
        order_.add(index, candidate.weight, current);
    }
}

}  // namespace models
