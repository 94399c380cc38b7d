#include "tools/unknown_metrics.h"

#include "models/alerts/watch.h"
#include "models/topology/simulate.h"

namespace tools {

// What there is to measure depends on nodes and their specs, so the shortest of runs has it all.
std::vector<std::string> unknown_metrics_of(const models::Scenario& scenario) {
    if (scenario.alerts.rules.empty() && scenario.alerts.records.empty()) return {};
    models::Scenario shortest = scenario;
    shortest.run.warm_up = sim::Duration::zero();
    shortest.run.measure = sim::Duration(1);
    shortest.failures.clear();
    return models::unknown_metrics(scenario.alerts, models::simulate(shortest, {0, 0}));
}

}  // namespace tools
