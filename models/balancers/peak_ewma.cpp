#include "models/balancers/peak_ewma.h"

#include "sim/math.h"

namespace models {

std::size_t PeakEwma::pick(std::span<const Candidate> candidates, const Request&) {
    if (candidates.size() == 1) return 0;
    const std::size_t first = draws_.below(candidates.size());
    std::size_t second = draws_.below(candidates.size() - 1);
    if (second >= first) ++second;
    return load(candidates[second]) < load(candidates[first]) ? second : first;
}

void PeakEwma::answered(const Candidate& candidate, const Answer& answer) {
    observe(cost_of(candidate.id), sim::seconds(answer.latency));
}

double PeakEwma::load(const Candidate& candidate) {
    constexpr double kPenalty = 1e6;  // seconds
    Cost& cost = cost_of(candidate.id);
    observe(cost, 0);
    if (cost.seconds == 0 && candidate.active > 0) return kPenalty + candidate.active;
    return cost.seconds * (candidate.active + 1.0);
}

void PeakEwma::observe(Cost& cost, double seconds) const {
    const sim::Time now = scheduler_.now();
    if (seconds > cost.seconds) {
        cost.seconds = seconds;
    } else if (cost.seconds > 0) {
        const double kept = sim::exp(-sim::seconds(now - cost.seen) / decay_);
        cost.seconds = cost.seconds * kept + seconds * (1 - kept);
    }
    cost.seen = now;
}

PeakEwma::Cost& PeakEwma::cost_of(std::uint32_t id) {
    if (id >= costs_.size()) costs_.resize(id + 1);
    return costs_[id];
}

}  // namespace models
