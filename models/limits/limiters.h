// The family of rate limiters. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/family.h"
#include "models/limits/atomic_rate_limiter.h"
#include "models/limits/fixed_window.h"
#include "models/limits/gcra.h"
#include "models/limits/leaky_bucket.h"
#include "models/limits/sliding_log.h"
#include "models/limits/sliding_window.h"
#include "models/limits/token_bucket.h"

namespace models {

using Limiters = Family<Limiter, TokenBucket, LeakyBucket, FixedWindow, SlidingWindow, SlidingLog,
                        Gcra, AtomicRateLimiter>;
using LimiterChoice = spec::Choice<Limiters>;

}  // namespace models

namespace models::spec {

// Compiled once, in limiters.cpp.
extern template struct Codec<LimiterChoice>;

}  // namespace models::spec
