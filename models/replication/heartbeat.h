// What a database's failover manager and its machines send each other.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace models {

struct Heartbeat {
    std::uint32_t copy;  // who is asked, or answers
    sim::Time sent;      // the question
};
inline constexpr std::uint32_t kHeartbeatBytes = 64;

}  // namespace models
