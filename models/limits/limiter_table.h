// One limiter for each key: made when the key first asks, forgotten when it is at rest.
//
// Forgetting changes no answer, so what is kept is bounded by the keys that asked lately, however
// many there have been. All are made as of the table's own beginning: windows that begin with their
// limiter (resilience4j's cycles) are the same for every key.
#pragma once

#include <memory>
#include <unordered_map>

#include "models/limits/limiters.h"

namespace models {

class LimiterTable {
public:
    LimiterTable(const LimiterChoice& choice, sim::Time created)
        : choice_(choice), created_(created) {}

    Permission ask(sim::Time now, std::uint64_t key, std::uint32_t permits = 1);

    std::size_t size() const { return limiters_.size(); }

private:
    void forget_those_at_rest(sim::Time now);

    LimiterChoice choice_;
    sim::Time created_;
    std::unordered_map<std::uint64_t, std::unique_ptr<Limiter>> limiters_;
    std::size_t enough_ = 1024;  // when it is time to see what can be forgotten
};

}  // namespace models
