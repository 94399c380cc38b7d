// Simulated time: integer nanoseconds since the start of the run.
//
// The clock has no now(): the only thing that knows what time it is, is the Scheduler. Integers
// make sums exact and the order of events independent of rounding.
#pragma once

#include <chrono>
#include <cstdint>

namespace sim {

using Duration = std::chrono::duration<std::int64_t, std::nano>;

struct Clock {
    using duration = Duration;
    using rep = duration::rep;
    using period = duration::period;
    using time_point = std::chrono::time_point<Clock>;
    static constexpr bool is_steady = true;
};

using Time = Clock::time_point;

// Farther than any run: about 292 years.
inline constexpr Time kForever = Time::max();

constexpr double seconds(Duration duration) {
    return static_cast<double>(duration.count()) * 1e-9;
}
constexpr double milliseconds(Duration duration) {
    return static_cast<double>(duration.count()) * 1e-6;
}

// The nearest whole nanosecond; saturates instead of overflowing. NaN becomes zero.
constexpr Duration from_seconds(double value) {
    const double nanoseconds = value * 1e9;
    if (!(nanoseconds > 0))
        return nanoseconds < -9.2e18
                   ? Duration::min()
                   : Duration(nanoseconds < 0 ? static_cast<std::int64_t>(nanoseconds - 0.5) : 0);
    if (nanoseconds >= 9.2e18) return Duration::max();
    return Duration(static_cast<std::int64_t>(nanoseconds + 0.5));
}

}  // namespace sim
