#include "models/balancers/haproxy_static_rr.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace models {

// A slot goes to the first server whose score, its weights so far less the total for each slot it
// has, is the most whole totals ahead. Weights are whole numbers of 1 to 256, divided by what they
// have in common.
void HaproxyStaticRr::changed(const Roster& roster) {
    std::vector<std::int64_t> weights;
    std::int64_t common = 0;
    for (const Candidate& candidate : roster.servable) {
        weights.push_back(std::llround(std::clamp(candidate.weight, 1.0, 256.0)));
        common = std::gcd(common, weights.back());
    }
    std::int64_t total = 0;
    for (std::int64_t& weight : weights) total += weight /= common;
    std::vector<std::int64_t> scores(weights.size());
    map_.clear();
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
