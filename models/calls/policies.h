// The family of call policies. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/calls/timeout.h"
#include "models/family.h"

namespace models {

using Policies = Family<Policy, Timeout>;
using PolicyChoice = spec::Choice<Policies>;

}  // namespace models
