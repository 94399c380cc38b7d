// The clock of a machine, which may be wrong: nobody who orders writes by what clocks say knows
// by how much.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>

#include "sim/time.h"

namespace models {

// When somebody says that he wrote something; of two that say the same, the number decides, so that
// all agree (Cassandra compares the values then).
struct Timestamp {
    std::int64_t us = std::numeric_limits<std::int64_t>::min();
    std::uint32_t machine = 0;
    auto operator<=>(const Timestamp&) const = default;
};

class MachineClock {
public:
    explicit MachineClock(std::uint32_t machine) : machine_(machine) {}

    void shift(sim::Duration by) { ahead_ += by; }
    sim::Duration ahead() const { return ahead_; }

    // In microseconds, and never twice the same nor one before the last, even when the clock is set
    // back (Cassandra's ClientState.getTimestamp).
    Timestamp stamp(sim::Time now) {
        const auto shown = (now + ahead_).time_since_epoch();
        const auto us = std::chrono::floor<std::chrono::microseconds>(shown).count();
        last_us_ = std::max<std::int64_t>(last_us_ + 1, us);
        return {last_us_, machine_};
    }

private:
    std::uint32_t machine_;
    sim::Duration ahead_{};
    std::int64_t last_us_ = std::numeric_limits<std::int64_t>::min();
};

}  // namespace models
