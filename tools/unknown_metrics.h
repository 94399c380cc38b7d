// Metrics that a scenario's alerts ask for and nobody has: as in Prometheus, such a rule never
// fires, and nothing else would tell.
#pragma once

#include <string>
#include <vector>

#include "models/topology/scenario.h"

namespace tools {

// A sentence each. The scenario must not be too large.
std::vector<std::string> unknown_metrics_of(const models::Scenario& scenario);

}  // namespace tools
