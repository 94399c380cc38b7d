#include "models/balancers/haproxy_map.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace models {

namespace {

// Whole numbers of 1 to 256, divided by what they have in common; with very many servers rounded
// until the map can be made in reasonable time.
std::vector<std::int64_t> whole_weights(std::span<const Candidate> candidates) {
    constexpr double kSteps = 1e8;
    const auto count = static_cast<double>(candidates.size());
    std::vector<std::int64_t> weights;
    for (double most = 256; weights.empty(); most /= 2) {
        std::int64_t common = 0;
        double total = 0;
        for (const Candidate& candidate : candidates) {
            const double scaled = std::clamp(candidate.weight, 1.0, 256.0) * (most / 256);
            weights.push_back(std::max<std::int64_t>(1, std::llround(scaled)));
            common = std::gcd(common, weights.back());
            total += static_cast<double>(weights.back());
        }
        const bool too_many = common > 0 && total / static_cast<double>(common) * count > kSteps;
        if (too_many && most > 1) weights.clear();
        for (std::int64_t& weight : weights) weight /= common;
    }
    return weights;
}

}  // namespace

// A slot goes to the first server whose score, its weights so far less the total for each slot it
// has, is the most whole totals ahead.
std::vector<std::uint32_t> haproxy_map(std::span<const Candidate> candidates) {
    std::vector<std::uint32_t> map;
    if (candidates.empty()) return map;
    const std::vector<std::int64_t> weights = whole_weights(candidates);
    const std::int64_t total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    if (total == static_cast<std::int64_t>(weights.size())) {
        map.resize(weights.size());
        std::iota(map.begin(), map.end(), 0u);
        return map;
    }
    std::vector<std::int64_t> scores(weights.size());
    while (static_cast<std::int64_t>(map.size()) < total) {
        std::uint32_t best = 0;
        std::int64_t most = -1;
        for (std::uint32_t server = 0; server < weights.size(); ++server) {
            scores[server] += weights[server];
            const std::int64_t ahead = (scores[server] + total) / total;
            if (ahead <= most) continue;
            best = server;
            most = ahead;
        }
        scores[best] -= total;
        map.push_back(best);
    }
    return map;
}

}  // namespace models
