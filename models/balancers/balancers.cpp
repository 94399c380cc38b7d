#include "models/balancers/balancers.h"

namespace models::spec {

template struct Codec<BalancerChoice>;

}  // namespace models::spec
