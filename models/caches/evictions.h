// The family of evictions. A new one is a file, its line in evictions.cpp, a test and a scenario.
#pragma once

#include "models/caches/eviction.h"
#include "models/family.h"

namespace models {

struct Evictions : Family<Evictions, Eviction, EvictionState&> {
    static const List& list();
};
using EvictionChoice = spec::Choice<Evictions>;

}  // namespace models
