#include "models/autoscalers/autoscalers.h"

namespace models::spec {

template struct Codec<AutoscalerChoice>;

}  // namespace models::spec
