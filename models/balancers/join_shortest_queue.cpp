#include "models/balancers/join_shortest_queue.h"

#include <algorithm>

namespace models {

void JoinShortestQueue::changed(const Roster& roster) {
    loads_.clear();
    least_ = 0;
    places_.resize(roster.servable.size());
    for (std::uint32_t index = 0; index < places_.size(); ++index) {
        enter(index, roster.servable[index].active);
    }
}

void JoinShortestQueue::loaded(std::span<const Candidate> candidates, std::size_t index) {
    leave(static_cast<std::uint32_t>(index));
    enter(static_cast<std::uint32_t>(index), candidates[index].active);
}

std::size_t JoinShortestQueue::pick(std::span<const Candidate>, const Request&) {
    while (loads_[least_].empty()) ++least_;
    const std::vector<std::uint32_t>& equals = loads_[least_];
    return equals[equals.size() == 1 ? 0 : draws_.below(equals.size())];
}

void JoinShortestQueue::enter(std::uint32_t index, std::uint32_t load) {
    if (load >= loads_.size()) loads_.resize(load + 1);
    places_[index] = {load, static_cast<std::uint32_t>(loads_[load].size())};
    loads_[load].push_back(index);
    least_ = std::min(least_, load);
}

void JoinShortestQueue::leave(std::uint32_t index) {
    const Ranked place = places_[index];
    std::vector<std::uint32_t>& equals = loads_[place.load];
    equals[place.position] = equals.back();
    places_[equals.back()].position = place.position;
    equals.pop_back();
}

}  // namespace models
