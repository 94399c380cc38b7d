// The family of call policies. A new one is a file, its line here, a test and a scenario.
#pragma once

#include <vector>

#include "models/calls/circuit_breaker.h"
#include "models/calls/policy.h"
#include "models/calls/retry.h"
#include "models/calls/timeout.h"
#include "models/family.h"

namespace models {

using PolicyFamily = Family<Policy, Timeout, Retry, CircuitBreaker>;

struct Policies : PolicyFamily {
    static std::vector<PolicyChoice> each() { return PolicyFamily::each<Policies>(); }
};

}  // namespace models

namespace models::spec {

// Compiled once, in policies.cpp: every node that calls has policies among its parameters.
extern template struct Codec<PolicyChoice>;

}  // namespace models::spec
