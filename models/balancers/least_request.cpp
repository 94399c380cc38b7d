#include "models/balancers/least_request.h"

#include <algorithm>

#include "sim/math.h"

namespace models {

void LeastRequest::changed(const Roster& roster) {
    const auto candidates = roster.servable;
    by_deadline_ = std::ranges::any_of(candidates, [&](const Candidate& candidate) {
        return candidate.weight != candidates.front().weight;
    });
    turns_.clear();
    if (!by_deadline_) return;
    for (std::uint32_t index = 0; index < candidates.size(); ++index) {
        turns_.add(index, weight(candidates[index]));
    }
}

std::size_t LeastRequest::pick(std::span<const Candidate> candidates, const Request&) {
    if (by_deadline_) {
        const std::uint32_t taken = turns_.take();
        turns_.add(taken, weight(candidates[taken]));
        return taken;
    }
    std::size_t best = draws_.below(candidates.size());
    for (std::uint32_t choice = 1; choice < spec_.choices; ++choice) {
        const std::size_t other = draws_.below(candidates.size());
        if (candidates[other].active <= candidates[best].active) best = other;
    }
    return best;
}

double LeastRequest::weight(const Candidate& candidate) const {
    const double bias = spec_.active_request_bias;
    if (bias == 0) return candidate.weight;
    const double load = candidate.active + 1.0;
    return candidate.weight / (bias == 1 ? load : sim::pow(load, bias));
}

}  // namespace models
