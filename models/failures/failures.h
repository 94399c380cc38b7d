// The family of failures. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/failures/crash.h"
#include "models/failures/slow.h"
#include "models/family.h"

namespace models {

using Failures = Family<Failure, Crash, Slow>;
using FailureChoice = spec::Choice<Failures>;

}  // namespace models
