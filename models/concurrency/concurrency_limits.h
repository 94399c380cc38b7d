// The family of concurrency limits. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/concurrency/aimd.h"
#include "models/concurrency/fixed.h"
#include "models/concurrency/gradient2.h"
#include "models/concurrency/vegas.h"
#include "models/family.h"

namespace models {

using ConcurrencyLimits = Family<ConcurrencyLimit, FixedLimit, Aimd, Gradient2, Vegas>;
using ConcurrencyLimitChoice = spec::Choice<ConcurrencyLimits>;

}  // namespace models

namespace models::spec {

// Compiled once, in concurrency_limits.cpp.
extern template struct Codec<ConcurrencyLimitChoice>;

}  // namespace models::spec
