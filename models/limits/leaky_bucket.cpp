#include "models/limits/leaky_bucket.h"

#include <algorithm>

#include "sim/uint128.h"

namespace models {

namespace {

std::int64_t whole_milliseconds(sim::Time time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::int64_t LeakyBucket::Spec::rate() const {
    return static_cast<std::int64_t>(sim::Int128{limit} * kRequest * 1'000'000'000 /
                                     period.count());
}

LeakyBucket::LeakyBucket(const Spec& spec, sim::Time)
    : rate_(spec.rate()),
      burst_(spec.burst * kRequest),
      delay_(spec.delay * kRequest),
      nodelay_(spec.nodelay) {}

std::int64_t LeakyBucket::level_at(sim::Time now) const {
    const sim::Int128 elapsed_ms = std::max<std::int64_t>(whole_milliseconds(now) - last_ms_, 0);
    const sim::Int128 level = excess_ - rate_ * elapsed_ms / 1000;
    return static_cast<std::int64_t>(std::max<sim::Int128>(level, -kRequest));
}

std::int64_t LeakyBucket::excess_with(sim::Time now, std::uint32_t permits) const {
    return std::max<std::int64_t>(level_at(now) + permits * kRequest, 0);
}

Permission LeakyBucket::ask(sim::Time now, std::uint32_t permits) {
    const std::int64_t excess = excess_with(now, permits);
    if (excess > burst_) return {false, {}};
    excess_ = excess;
    last_ms_ = whole_milliseconds(now);
    if (nodelay_ || excess <= delay_) return {true, {}};
    return {true, std::chrono::milliseconds((excess - delay_) * 1000 / rate_)};
}

bool LeakyBucket::at_rest(sim::Time now) const {
    return level_at(now) == -kRequest;
}

}  // namespace models
