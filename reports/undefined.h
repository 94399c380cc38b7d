// A figure that a run has nothing to say about, as the latency of nobody.
#pragma once

#include <limits>

namespace reports {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();

}  // namespace reports
