// All backends that are configured, each with a stretch of [0, total weight), whether it takes
// requests now or not: nginx's hashes choose among these, and hash again when they hit one that
// does not.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "models/balancers/balancer.h"
#include "models/balancers/weighted_draw.h"

namespace models {

class ConfiguredPeers {
public:
    void set(const Roster& roster) {
        stretches_.set(roster.configured);
        index_.assign(roster.configured.size(), kNone);
        std::uint32_t index = 0;
        for (std::size_t peer = 0; peer < index_.size() && index < roster.servable.size(); ++peer) {
            if (roster.configured[peer].id == roster.servable[index].id) index_[peer] = index++;
        }
    }

    // Among the candidates; none when the peer that the hash leads to is not one of them.
    std::optional<std::size_t> at(std::uint32_t hash) const {
        const std::uint32_t index =
            index_[stretches_.at(std::fmod(static_cast<double>(hash), stretches_.total()))];
        if (index == kNone) return std::nullopt;
        return index;
    }

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    WeightedDraw stretches_;
    std::vector<std::uint32_t> index_;  // of each configured peer among the candidates
};

}  // namespace models
