#include "models/limits/limiter_table.h"

#include <algorithm>

namespace models {

Permission LimiterTable::ask(sim::Time now, std::uint64_t key, std::uint32_t permits) {
    auto found = limiters_.find(key);
    if (found == limiters_.end()) {
        if (limiters_.size() >= enough_) forget_those_at_rest(now);
        found = limiters_.emplace(key, Limiters::build(choice_, created_)).first;
    }
    return found->second->ask(now, permits);
}

// Each look at all of them is paid for by as many new keys.
void LimiterTable::forget_those_at_rest(sim::Time now) {
    std::erase_if(limiters_, [&](const auto& entry) { return entry.second->at_rest(now); });
    enough_ = std::max<std::size_t>(1024, 2 * limiters_.size());
}

}  // namespace models
