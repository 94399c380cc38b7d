// From what was used to what it cost.
#pragma once

#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"
#include "sim/recording.h"

namespace models {

// Gives each usage of a recording its price, by the node's own or the scenario's book, and each
// node the sum; adds the time that people spend on nodes.
void add_prices(const Scenario& scenario, sim::Recording& recording);

// Whether the book says of everything when and whence it is, and prices what there is; whether
// there is a size for each that a node names, with its cores.
void check_prices(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

}  // namespace models
