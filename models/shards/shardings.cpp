#include "models/shards/shardings.h"

namespace models::spec {

template struct Codec<ShardingChoice>;

}  // namespace models::spec
