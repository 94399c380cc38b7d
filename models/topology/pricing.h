// From what was used to what it cost.
#pragma once

#include <vector>

#include "models/prices/paid_hours.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"
#include "sim/recording.h"

namespace models {

// Gives each usage of a recording its price, by the node's own or the scenario's book, and each
// node the sum; adds the time that people spend on nodes. Hours in which spot instances were taken
// back are not paid for.
void add_prices(const Scenario& scenario, const std::vector<Interrupted>& interrupted,
                sim::Recording& recording);

// The failures of those nodes whose instances are spot instances: each is taken back at random.
std::vector<FailureChoice> interruptions_of(const Scenario& scenario);

// Whether the book says of everything when and whence it is, and prices what there is; whether
// there is a size for each that a node names, with its cores.
void check_prices(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

}  // namespace models
