#include "models/balancers/least_response_time.h"

#include <algorithm>

namespace models {

void LeastResponseTime::changed(const Roster& roster) {
    for (Known& known : known_) known.index = kNowhere;
    ranking_.clear();
    positions_.resize(roster.servable.size());
    for (std::uint32_t index = 0; index < positions_.size(); ++index) {
        known(roster.servable[index].id).index = index;
        ranking_.add(index, cost(roster.servable[index]));
    }
}

void LeastResponseTime::loaded(std::span<const Candidate> candidates, std::size_t index) {
    ranking_.move(static_cast<std::uint32_t>(index), cost(candidates[index]));
}

void LeastResponseTime::answered(const Candidate& candidate, const Answer& answer) {
    Known& backend = known(candidate.id);
    mean_.take_in(answer.latency, newest_share_);
    backend.mean.take_in(answer.latency, newest_share_);
    if (backend.index != kNowhere) ranking_.move(backend.index, cost(candidate));
}

void LeastResponseTime::Mean::take_in(sim::Duration latency, double share) {
    const double newest = std::max(sim::seconds(latency), 1e-9);
    seconds = seconds == 0 ? newest : seconds + share * (newest - seconds);
}

LeastResponseTime::Known& LeastResponseTime::known(std::uint32_t id) {
    if (id >= known_.size()) known_.resize(id + 1);
    return known_[id];
}

double LeastResponseTime::cost(const Candidate& candidate) {
    const double mean = known(candidate.id).mean.seconds;
    const double load = candidate.active + 1.0;
    if (mean > 0) return mean * load / candidate.weight;
    return candidate.active == 0 ? 0 : mean_.seconds * load / candidate.weight;
}

}  // namespace models
