// What watches over a system, after the run and from what it recorded: so it costs a run nothing,
// and nothing in a run depends on it.
#pragma once

#include <vector>

#include "models/alerts/alert_rules.h"
#include "models/alerts/objective_spec.h"
#include "models/spec/json.h"
#include "models/spec/problems.h"
#include "sim/recording.h"

namespace models {

struct Scenario;

// A failure that the scenario brings about: what alerts are there to tell of.
struct OutageTime {
    sim::Time from;
    sim::Time until;
};

// Adds what was watched, who was told, and incidents of alerts.
void watch_over(const spec::Named<SloSpec>& objectives, const AlertsSpec& alerts,
                const std::vector<OutageTime>& outages, sim::Recording& recording);

// Queries that are none, objectives of nodes that are not there; returns what is worth knowing.
std::vector<std::string> check_watch(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems);

// Queries for metrics that nobody has, as any recording of the scenario shows, a sentence each.
std::vector<std::string> unknown_metrics(const AlertsSpec& alerts, const sim::Recording& recording);

}  // namespace models
