// The graph that falls out of the specs: nodes, and every field that refers to one.
//
// Checks before a run: names that lead nowhere, calls to what answers no calls, nodes nobody
// reaches, circles of calls that each wait for the next, and single points of failure.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// Adds a problem for whatever would make the system senseless to play; returns what is worth
// knowing but no fault, a sentence each.
std::vector<std::string> check_graph(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems);

}  // namespace models
