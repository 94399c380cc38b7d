#include "models/limits/limiters.h"

namespace models::spec {

template struct Codec<LimiterChoice>;

}  // namespace models::spec
