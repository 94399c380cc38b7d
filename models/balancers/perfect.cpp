#include "models/balancers/perfect.h"

#include <bit>

#include "models/node.h"

namespace models {

namespace {

sim::Duration work_left(const Candidate& candidate) {
    return candidate.instance->is_up() ? candidate.instance->backlog() : sim::Duration::max();
}

}  // namespace

void Perfect::changed(const Roster& roster) {
    idle_.assign((roster.servable.size() + 63) / 64, 0);
    for (std::size_t index = 0; index < roster.servable.size(); ++index) {
        loaded(roster.servable, index);
    }
}

void Perfect::loaded(std::span<const Candidate> candidates, std::size_t index) {
    const std::uint64_t bit = std::uint64_t{1} << index % 64;
    if (candidates[index].active == 0) {
        idle_[index / 64] |= bit;
    } else {
        idle_[index / 64] &= ~bit;
    }
}

// Of equals the one with the fewest requests from here, and of these the first: nobody comes before
// the first that has none and nothing to do.
std::size_t Perfect::pick(std::span<const Candidate> candidates, const Request&) {
    for (std::size_t word = 0; word < idle_.size(); ++word) {
        for (std::uint64_t left = idle_[word]; left != 0; left &= left - 1) {
            const std::size_t index = 64 * word + static_cast<std::size_t>(std::countr_zero(left));
            if (work_left(candidates[index]) == sim::Duration::zero()) return index;
        }
    }
    return least_work(candidates);
}

std::size_t Perfect::least_work(std::span<const Candidate> candidates) {
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
