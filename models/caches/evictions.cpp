#include "models/caches/evictions.h"

namespace models::spec {

template struct Codec<EvictionChoice>;

}  // namespace models::spec
