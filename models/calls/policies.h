// The family of call policies. A new one is a file, its line here, a test and a scenario.
#pragma once

#include <vector>

#include "models/calls/adaptive_concurrency.h"
#include "models/calls/bulkhead.h"
#include "models/calls/circuit_breaker.h"
#include "models/calls/coalesce.h"
#include "models/calls/deadline.h"
#include "models/calls/fallback.h"
#include "models/calls/hedge.h"
#include "models/calls/idempotency.h"
#include "models/calls/policy.h"
#include "models/calls/rate_limiter.h"
#include "models/calls/retry.h"
#include "models/calls/thread_pool_bulkhead.h"
#include "models/calls/timeout.h"
#include "models/family.h"

namespace models {

using PolicyFamily =
    Family<Policy, Timeout, Deadline, Retry, Hedge, CircuitBreaker, Bulkhead, ThreadPoolBulkhead,
           Fallback, Coalesce, Idempotency, RateLimiter, AdaptiveConcurrency>;

struct Policies : PolicyFamily {
    static std::vector<PolicyChoice> each() { return PolicyFamily::each<Policies>(); }
};

// Whether a call with these policies may be answered with something that nobody computed for it.
bool makes_up_answers(const std::vector<PolicyChoice>& policies);

}  // namespace models

namespace models::spec {

// Compiled once, in policies.cpp: every node that calls has policies among its parameters.
extern template struct Codec<PolicyChoice>;

}  // namespace models::spec
