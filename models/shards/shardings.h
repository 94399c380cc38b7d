// The family of shardings. A new one is a file, its line in shardings.cpp, a test and a scenario.
#pragma once

#include "models/family.h"
#include "models/shards/sharding.h"

namespace models {

struct Shardings : Family<Shardings, Sharding> {
    static const List& list();
};
using ShardingChoice = spec::Choice<Shardings>;

}  // namespace models
