// Whether what a scenario wants to keep a history of can have one.
#pragma once

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// Stores that answer with versions, and that some client calls itself.
void check_histories(const Scenario& scenario, const spec::Json& document,
                     spec::Problems& problems);

}  // namespace models
