#include "models/calls/policies.h"

namespace models::spec {

template struct Codec<PolicyChoice>;

}  // namespace models::spec
