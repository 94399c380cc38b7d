// The family of rate limiters. A new one is a file, its line in limiters.cpp, a test and a
// scenario.
#pragma once

#include "models/family.h"
#include "models/limits/limiter.h"

namespace models {

struct Limiters : Family<Limiters, Limiter, sim::Time> {
    static const List& list();
};
using LimiterChoice = spec::Choice<Limiters>;

}  // namespace models
