// What is wrong with the objectives and alerts of a scenario, before any run.
#pragma once

#include <string>
#include <vector>

#include "models/observers/alert_rules.h"
#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"
#include "sim/recording.h"

namespace models {

struct Scenario;

// Queries that are none, objectives of nodes that are not there; returns what is worth knowing.
std::vector<std::string> check_watch(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems);

// Queries for metrics that nobody has, as any recording of the scenario shows, a sentence each.
std::vector<std::string> unknown_metrics(const AlertsSpec& alerts, const sim::Recording& recording);

}  // namespace models
