// The family of concurrency limits. A new one is a file, its line in concurrency_limits.cpp, a test
// and a scenario.
#pragma once

#include "models/concurrency/concurrency_limit.h"
#include "models/family.h"

namespace models {

struct ConcurrencyLimits : Family<ConcurrencyLimits, ConcurrencyLimit, std::uint64_t> {
    static const List& list();
};
using ConcurrencyLimitChoice = spec::Choice<ConcurrencyLimits>;

}  // namespace models
