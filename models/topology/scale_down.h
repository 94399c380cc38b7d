// A scenario made a part of what it is, as run.scale says.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// Divides every node, and says in the scenario's name that it did; its run.scale is the whole of
// that then. Adds a problem for whatever cannot be divided; returns what is true of the part only
// roughly, a sentence each.
std::vector<std::string> scale_down(Scenario& scenario, const spec::Json& document,
                                    spec::Problems& problems);

}  // namespace models
