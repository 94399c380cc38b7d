#include "models/arrivals/bursts.h"

#include <algorithm>
#include <functional>

namespace models {

Arrival BurstArrivals::next() {
    if (burst_.empty()) begin_burst();
    if (burst_.empty()) return Arrival::never();
    const sim::Duration at = burst_.back();
    burst_.pop_back();
    return {at, true, nullptr};
}

// Nothing once the next burst is beyond all time.
void BurstArrivals::begin_burst() {
    constexpr sim::Duration kLast = sim::Duration::max() / 2;
    if (is_over_ || begins_ > kLast - spec_.jitter) return;
    for (std::uint32_t request = 0; request < spec_.size; ++request) {
        const double share = spec_.jitter > sim::Duration::zero() ? draws_.uniform() : 0;
        burst_.push_back(begins_ + sim::from_seconds(share * sim::seconds(spec_.jitter)));
    }
    std::ranges::sort(burst_, std::greater<>());
    is_over_ = spec_.every == sim::Duration::zero() || spec_.every > kLast;
    begins_ += is_over_ ? sim::Duration::zero() : spec_.every;
}

}  // namespace models
