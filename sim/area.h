// The integral over time of a whole number that somebody keeps: of how many are held, or wait.
//
// Up to T it is value * T + moments, where each change by d at t adds -d * t to the moments. So a
// change costs one multiplication and one addition, nobody looks at the time in between, and it is
// exact. Sums wrap around, as differences of two of them do not.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace sim {

class Area {
public:
    void change(std::int64_t by, Time now) {
        moments_ -= static_cast<std::uint64_t>(by) * nanoseconds(now);
    }
    // Of a number that is `value` now, in nanoseconds.
    std::uint64_t until(Time now, std::uint64_t value) const {
        return value * nanoseconds(now) + moments_;
    }

private:
    static std::uint64_t nanoseconds(Time time) {
        return static_cast<std::uint64_t>(time.time_since_epoch().count());
    }

    std::uint64_t moments_ = 0;
};

}  // namespace sim
