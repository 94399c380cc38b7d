// What a pod asks of the machine it is placed on.
#pragma once

#include <cstdint>
#include <optional>

#include "models/autoscalers/workload.h"
#include "models/placement.h"

namespace models {

struct PodRequest {
    Milli cpu = 0;
    sim::Bytes memory{};
    std::uint32_t kind = 0;  // the number of the server it is of
    PodPlacement placement = PodPlacement::spread;
    std::optional<std::uint32_t> zone_skew;
    std::int32_t priority = 0;
    sim::Bytes memory_limit{};
    std::uint32_t cpu_shares = 0;  // 0: as many as follow from its request
    bool is_guaranteed = false;    // its requests are its limits
    bool operator==(const PodRequest&) const = default;
};

}  // namespace models
