#include "models/limits/atomic_rate_limiter.h"

#include <algorithm>

#include "sim/uint128.h"

namespace models {

std::int64_t AtomicRateLimiter::permissions_at(sim::Time now) const {
    const sim::Int128 cycles = cycle_of(now) - cycle_;
    const sim::Int128 refilled = permissions_ + cycles * spec_.limit;
    return static_cast<std::int64_t>(std::min<sim::Int128>(refilled, spec_.limit));
}

// To the next cycle, and then as many whole ones as the permissions still missing fill.
Permission AtomicRateLimiter::ask(sim::Time now, std::uint32_t permits) {
    const std::int64_t available = permissions_at(now);
    sim::Int128 wait = 0;
    if (available < permits) {
        const std::int64_t limit = spec_.limit;
        const std::int64_t missing = permits - available - limit;
        const std::int64_t whole_cycles = (missing + limit - 1) / limit;
        const sim::Duration to_next = spec_.period - (now - created_) % spec_.period;
        wait = sim::Int128{whole_cycles} * spec_.period.count() + to_next.count();
    }
    const bool in_time = wait <= spec_.timeout_duration.count();
    cycle_ = cycle_of(now);
    permissions_ = in_time ? available - permits : available;
    if (!in_time) return {false, spec_.blocks ? spec_.timeout_duration : sim::Duration::zero()};
    return {true, sim::Duration(static_cast<std::int64_t>(wait))};
}

}  // namespace models
