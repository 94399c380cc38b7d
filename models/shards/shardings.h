// The family of shardings. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/family.h"
#include "models/shards/hash_sharding.h"
#include "models/shards/range_sharding.h"
#include "models/shards/ring_sharding.h"

namespace models {

using Shardings = Family<Sharding, HashSharding, RangeSharding, RingSharding, JumpSharding>;
using ShardingChoice = spec::Choice<Shardings>;

}  // namespace models

namespace models::spec {

extern template struct Codec<ShardingChoice>;

}  // namespace models::spec
