// Kafka's sticky assignment (AbstractStickyAssignor): even, with as few moves as that allows.
#pragma once

#include "models/log_broker/assignors.h"

namespace models {

// `withholds`: what another member had is given to nobody yet (the cooperative protocol).
Shares sticky(const std::vector<GroupTopic>& topics, const std::vector<Claim>& claims,
              bool withholds);

}  // namespace models
