#include "models/calls/retry_budget.h"

#include <algorithm>

namespace models {

const RetryBudgets::List& RetryBudgets::list() {
    static const List list =
        list_of(All<Unlimited, RatioBudget, TokenBucketBudget, ThrottleBudget>());
    return list;
}

RatioBudget::Slice& RatioBudget::slice(sim::Time now) {
    const std::int64_t width = std::max<std::int64_t>(1, spec_.ttl.count() / kSlices);
    const std::int64_t number = now.time_since_epoch().count() / width;
    Slice& slice = slices_[static_cast<std::size_t>(number) % kSlices];
    if (slice.number != number) slice = {number, 0, 0};
    return slice;
}

void RatioBudget::sent(sim::Time now) {
    ++slice(now).sent;
}

// retries + 1 <= ratio * requests + rate * ttl, all of the last ttl.
bool RatioBudget::take(sim::Time now) {
    Slice& current = slice(now);
    std::uint64_t sent = 0;
    std::uint64_t retried = 0;
    for (const Slice& each : slices_) {
        if (each.number <= current.number - static_cast<std::int64_t>(kSlices)) continue;
        sent += each.sent;
        retried += each.retried;
    }
    const double reserve = spec_.min_retries_per_second * sim::seconds(spec_.ttl);
    const double allowed = spec_.retry_ratio.value * static_cast<double>(sent) + reserve;
    if (static_cast<double>(retried + 1) > allowed + 1e-9) return false;
    ++current.retried;
    return true;
}

void TokenBucketBudget::ended(bool succeeded) {
    if (succeeded) tokens_ = std::min(spec_.capacity, tokens_ + spec_.refund);
}

bool TokenBucketBudget::take(sim::Time) {
    if (tokens_ < spec_.retry_cost) return false;
    tokens_ -= spec_.retry_cost;
    return true;
}

void ThrottleBudget::ended(bool succeeded) {
    tokens_ = succeeded ? std::min(spec_.max_tokens, tokens_ + spec_.token_ratio)
                        : std::max(0.0, tokens_ - 1);
}

}  // namespace models
