// Draws an index in proportion to weights, in O(log n).
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "models/balancers/balancer.h"
#include "sim/rng.h"

namespace models {

class WeightedDraw {
public:
    void set(std::span<const Candidate> candidates) {
        ends_.clear();
        double end = 0;
        for (const Candidate& candidate : candidates) ends_.push_back(end += candidate.weight);
    }

    std::size_t draw(sim::Draws& draws) const { return at(draws.uniform() * total()); }

    double total() const { return ends_.empty() ? 0 : ends_.back(); }

    // Whose stretch of [0, total) it is.
    std::size_t at(double position) const {
        const auto above = std::ranges::upper_bound(ends_, position);
        return std::min(static_cast<std::size_t>(above - ends_.begin()), ends_.size() - 1);
    }

private:
    std::vector<double> ends_;
};

}  // namespace models
