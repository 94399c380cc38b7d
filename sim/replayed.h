// What became of the requests of a replayed trace, to be held beside what was measured of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/outcome.h"
#include "sim/time.h"

namespace sim {

struct ReplayedRequest {
    static constexpr std::uint32_t kNobody = ~std::uint32_t{0};

    bool was_sent = false;
    bool has_ended = false;
    Outcome outcome = Outcome::succeeded;
    Cause cause = Cause::none;
    Duration latency{};
    std::uint32_t target = kNobody;  // the last that a balancer sent it to, among `targets`
};

struct Replayed {
    std::string client;
    std::vector<ReplayedRequest> requests;  // by row of the trace
    // In the order in which they were first chosen.
    struct Target {
        std::string name;
        std::uint32_t number;  // among the targets of its balancer
    };
    std::vector<Target> targets;
};

}  // namespace sim
