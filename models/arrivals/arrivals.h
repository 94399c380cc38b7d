// The family of arrival processes. A new one is a file, its line in arrivals.cpp, a test and a
// scenario.
#pragma once

#include "models/arrivals/arrival_process.h"
#include "models/family.h"

namespace models {

struct Arrivals : Family<Arrivals, ArrivalProcess, const ArrivalPlan&> {
    static const List& list();

    // Whether the process says by itself when requests come, so that a rate means nothing to it.
    static bool has_own_times(const spec::Choice<Arrivals>& choice);
};
using ArrivalChoice = spec::Choice<Arrivals>;

}  // namespace models
