#include "models/shards/shardings.h"

#include "models/shards/hash_sharding.h"
#include "models/shards/range_sharding.h"
#include "models/shards/ring_sharding.h"

namespace models {

const Shardings::List& Shardings::list() {
    static const List list =
        list_of(All<HashSharding, RangeSharding, RingSharding, JumpSharding>());
    return list;
}

}  // namespace models
