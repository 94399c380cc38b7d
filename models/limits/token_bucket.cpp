#include "models/limits/token_bucket.h"

#include <algorithm>

namespace models {

TokenBucket::TokenBucket(const Spec& spec, sim::Time created)
    : token_(spec.period.count()),
      full_(token_ * spec.burst.value_or(spec.limit)),
      level_(full_),
      limit_(spec.limit),
      burst_(spec.burst.value_or(spec.limit)),
      max_wait_(spec.max_wait),
      as_of_(created) {}

sim::Int128 TokenBucket::level_at(sim::Time now) const {
    const sim::Duration elapsed = std::max(now - as_of_, sim::Duration::zero());
    return std::min(full_, level_ + limit_ * elapsed.count());
}

// More than the burst is never there at once. A missing level takes missing / limit nanoseconds to
// accrue, and then the rest of one.
Permission TokenBucket::ask(sim::Time now, std::uint32_t permits) {
    const sim::Int128 left = level_at(now) - token_ * permits;
    const sim::Int128 wait = left >= 0 ? 0 : (limit_ - 1 - left) / limit_;
    if (permits > burst_ || wait > max_wait_.count()) return {false, {}};
    level_ = left;
    as_of_ = now;
    return {true, sim::Duration(static_cast<std::int64_t>(wait))};
}

}  // namespace models
