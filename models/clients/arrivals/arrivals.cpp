#include "models/clients/arrivals/arrivals.h"

namespace models::spec {

template struct Codec<ArrivalChoice>;

}  // namespace models::spec
