// What watches over a system, after the run and from what it recorded: so it costs a run nothing,
// and nothing in a run depends on it.
#pragma once

#include <vector>

#include "models/alerts/alert_rules.h"
#include "models/alerts/objective_spec.h"
#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"
#include "sim/recording.h"

namespace models {

// A failure that the scenario brings about: what alerts are there to tell of.
struct OutageTime {
    sim::Time from;
    sim::Time until;
};

// Adds what was watched, who was told, and incidents of alerts.
void watch_over(const spec::Named<SloSpec>& objectives, const AlertsSpec& alerts,
                const std::vector<OutageTime>& outages, sim::Recording& recording);

}  // namespace models
