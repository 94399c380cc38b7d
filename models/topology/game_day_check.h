// What is wrong with a scenario's game day, before any run.
#pragma once

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace models {

struct Scenario;

// Metrics that nobody could read, nothing that goes wrong.
void check_game_day(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

}  // namespace models
