#include "models/concurrency/concurrency_limits.h"

namespace models::spec {

template struct Codec<ConcurrencyLimitChoice>;

}  // namespace models::spec
