#include <algorithm>

#include "models/calls/adaptive_concurrency.h"
#include "models/calls/bulkhead.h"
#include "models/calls/circuit_breaker.h"
#include "models/calls/coalesce.h"
#include "models/calls/deadline.h"
#include "models/calls/fallback.h"
#include "models/calls/hedge.h"
#include "models/calls/idempotency.h"
#include "models/calls/keep_alive.h"
#include "models/calls/policy.h"
#include "models/calls/rate_limiter.h"
#include "models/calls/retry.h"
#include "models/calls/thread_pool_bulkhead.h"
#include "models/calls/timeout.h"
#include "models/calls/verify.h"

namespace models {

const Policies::List& Policies::list() {
    static const List list = list_of(
        All<Timeout, Deadline, Retry, Hedge, CircuitBreaker, Bulkhead, ThreadPoolBulkhead, Fallback,
            Coalesce, Idempotency, RateLimiter, AdaptiveConcurrency, KeepAlive, Verify>());
    return list;
}

bool makes_up_answers(const std::vector<PolicyChoice>& policies) {
    return std::ranges::any_of(policies, [](const PolicyChoice& policy) {
        const auto* fallback = policy.as<Fallback::Spec>();
        return fallback != nullptr && fallback->makes_up_answers();
    });
}

spec::Around around_call(const std::vector<PolicyChoice>& policies, const Times& latency) {
    spec::Around around = around_way(latency);
    const bool has_fallback = std::ranges::any_of(policies, [](const PolicyChoice& policy) {
        return policy.as<Fallback::Spec>() != nullptr;
    });
    if (has_fallback) around.is_survivable = true;
    return around;
}

}  // namespace models
