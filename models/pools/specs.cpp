#include "models/pools/pool.h"

namespace models::spec {

template struct Codec<HealthCheckSpec>;
template struct Codec<PassiveCheckSpec>;
template struct Codec<OutlierDetectionSpec>;
template struct Codec<SlowStartSpec>;
template struct Codec<NextUpstreamSpec>;
template struct Codec<QueueSpec>;
template struct Codec<SessionsSpec>;
template struct Codec<RuleSpec>;
template struct Codec<MachineSpec>;

}  // namespace models::spec
