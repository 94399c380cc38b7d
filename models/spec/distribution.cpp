#include "models/spec/distribution.h"

namespace models::spec {

template struct Codec<Distribution<sim::Duration>>;
template struct Codec<Distribution<sim::Bytes>>;
template struct Codec<Distribution<double>>;

}  // namespace models::spec
