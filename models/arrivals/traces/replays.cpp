#include "models/arrivals/traces/replays.h"

namespace models {

std::uint32_t Replays::begin(std::string client, const Trace& trace) {
    sim::Replayed replayed;
    replayed.client = std::move(client);
    replayed.requests.resize(trace.requests.size());
    replays_.push_back(std::move(replayed));
    targets_.emplace_back();
    return static_cast<std::uint32_t>(replays_.size() - 1);
}

void Replays::sent(const Request& request, Row row, const TracedRequest& as) {
    replays_[row.replay].requests[row.row].was_sent = true;
    known_.try_emplace(request.operation, Known{row, &as});
}

const TracedRequest* Replays::of(const Request& request) const {
    const auto found = known_.find(request.operation);
    return found == known_.end() ? nullptr : found->second.as;
}

void Replays::passed_to(const Request& request, std::string_view target, std::uint32_t number) {
    const auto found = known_.find(request.operation);
    if (found == known_.end()) return;
    const Row row = found->second.row;
    sim::Replayed& replayed = replays_[row.replay];
    const auto next = static_cast<std::uint32_t>(replayed.targets.size());
    const auto [known, is_new] = targets_[row.replay].try_emplace(std::string(target), next);
    if (is_new) replayed.targets.push_back({known->first, number});
    replayed.requests[row.row].target = known->second;
}

// The first end counts: what its user does again, he does of his own accord.
void Replays::ended(Row row, const Response& response, sim::Duration latency) {
    sim::ReplayedRequest& request = replays_[row.replay].requests[row.row];
    if (request.has_ended) return;
    request.has_ended = true;
    request.outcome = response.outcome;
    request.cause = response.cause;
    request.latency = latency;
}

}  // namespace models
