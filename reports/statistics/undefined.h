// A figure that a run has nothing to say about, as the latency of nobody; and one that is above any
// time, as the latency of a request that failed.
#pragma once

#include <limits>

#include "sim/latencies.h"

namespace reports {

inline constexpr double kUndefined = std::numeric_limits<double>::quiet_NaN();
inline constexpr double kFailed = std::numeric_limits<double>::infinity();

inline double seconds_of(const sim::RankedLatency& latency) {
    return latency.failed ? kFailed : sim::seconds(latency.time);
}

}  // namespace reports
