// States of a circuit breaker, as a health endpoint says them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace metrics {

enum class HealthState : std::uint8_t { closed, half_open, open };
inline constexpr std::array<std::string_view, 3> kHealthStateNames = {"CLOSED", "HALF_OPEN",
                                                                      "OPEN"};

}  // namespace metrics
