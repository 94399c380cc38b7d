// Requests to choose by, and what was chosen.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/chooser.h"

namespace picks {

using Picks = std::vector<std::uint32_t>;

inline models::Request about(std::uint64_t key) {
    models::Request request;
    request.identity = sim::mix(key);
    request.key = key;
    return request;
}

inline models::Request from(std::uint32_t address) {
    models::Request request;
    request.address = address;
    return request;
}

inline Picks picks_of_keys(support::Chooser& chooser, std::uint64_t keys = 10'000) {
    Picks picks;
    for (std::uint64_t key = 0; key < keys; ++key) picks.push_back(chooser.pick(about(key)));
    return picks;
}

inline std::vector<double> shares(const Picks& picks, std::size_t backends) {
    std::vector<double> shares(backends);
    for (const std::uint32_t pick : picks) shares[pick] += 1.0 / static_cast<double>(picks.size());
    return shares;
}

}  // namespace picks
