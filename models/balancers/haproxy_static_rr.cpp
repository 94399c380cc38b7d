#include "models/balancers/haproxy_static_rr.h"

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
void HaproxyStaticRr::changed(const Roster& roster) {
    map_.clear();
    if (roster.servable.empty()) return;
    const std::vector<std::int64_t> weights = whole_weights(roster.servable);
    const std::int64_t total = std::accumulate(weights.begin(), weights.end(), std::int64_t{0});
    if (total == static_cast<std::int64_t>(weights.size())) {
        map_.resize(weights.size());
        std::iota(map_.begin(), map_.end(), 0u);
        return;
    }
    std::vector<std::int64_t> scores(weights.size());
    while (static_cast<std::int64_t>(map_.size()) < total) {
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
        map_.push_back(best);
    }
}

}  // namespace models
