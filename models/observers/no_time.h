// A moment that never came, or a share of nothing.
#pragma once

#include <limits>

namespace models {

inline constexpr double kNoTime = std::numeric_limits<double>::quiet_NaN();

}  // namespace models
