#include "models/limits/gcra.h"

#include <algorithm>
#include <limits>

namespace models {

namespace {

sim::Duration saturated(sim::Int128 nanoseconds) {
    const sim::Int128 most = std::numeric_limits<std::int64_t>::max();
    return sim::Duration(static_cast<std::int64_t>(std::min(nanoseconds, most)));
}

}  // namespace

Gcra::Gcra(const Spec& spec, sim::Time)
    : interval_(spec.period.count() / spec.limit),
      tolerance_(interval_ * (sim::Int128{spec.max_burst.value_or(spec.limit - 1)} + 1)),
      limit_(spec.max_burst.value_or(spec.limit - 1) + 1) {}

Gcra::Answer Gcra::throttle(sim::Time now, std::uint32_t quantity) {
    const sim::Int128 at = now.time_since_epoch().count();
    const sim::Int128 increment = interval_ * quantity;
    const sim::Int128 tat = std::max(tat_.value_or(at), at);
    const sim::Int128 too_early_by = tat + increment - tolerance_ - at;
    Answer answer;
    answer.limited = too_early_by > 0;
    answer.limit = limit_;
    if (!answer.limited) {
        tat_ = tat + increment;
    } else if (increment <= tolerance_) {
        answer.retry_after = saturated(too_early_by);
    }
    // redis-cell shows a refused request the stored TAT as it is, though it be in the past.
    const sim::Int128 ahead = tat_.value_or(at) - at;
    answer.remaining = static_cast<std::int64_t>((tolerance_ - ahead) / interval_);
    answer.reset_after = saturated(ahead);
    return answer;
}

}  // namespace models
