// Failures that could not strike: of what is not there, or of what cannot have them.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// Adds a problem for each; returns what is worth knowing but no fault, a sentence each.
std::vector<std::string> check_failures(const Scenario& scenario, const spec::Json& document,
                                        spec::Problems& problems);

}  // namespace models
