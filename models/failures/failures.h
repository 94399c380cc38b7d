// The family of failures. A new one is a file, its line in failures.cpp, a test and a scenario.
#pragma once

#include "models/failures/failure.h"
#include "models/family.h"

namespace models {

struct Failures : Family<Failures, Failure> {
    static const List& list();

    // Whom, when and for how long.
    static const Outage& outage_of(const spec::Choice<Failures>& choice);
};
using FailureChoice = spec::Choice<Failures>;

}  // namespace models
