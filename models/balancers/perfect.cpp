#include "models/balancers/perfect.h"

#include "models/node.h"

namespace models {

namespace {

sim::Duration work_left(const Candidate& candidate) {
    return candidate.instance->is_up() ? candidate.instance->backlog() : sim::Duration::max();
}

}  // namespace

// Of equals the one with the fewest requests from here.
std::size_t Perfect::pick(std::span<const Candidate> candidates, const Request&) {
    std::size_t best = 0;
    sim::Duration least = work_left(candidates[0]);
    for (std::size_t index = 1; index < candidates.size(); ++index) {
        const sim::Duration left = work_left(candidates[index]);
        if (left > least) continue;
        if (left == least && candidates[index].active >= candidates[best].active) continue;
        best = index;
        least = left;
    }
    return best;
}

}  // namespace models
