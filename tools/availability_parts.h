// What of a scenario fails at random, and how many of it are needed.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "models/topology/dependability.h"
#include "reports/theory/availability.h"

namespace tools {

// A node's instances under one failure.
struct FailingPart {
    std::string node;
    models::FailingUnits units;
    std::size_t needed = 1;  // of those that fail so
    reports::RepairableFigures figures;

    bool is_needed_by(const models::ClientNeeds& client) const {
        return std::ranges::find(client.nodes, units.node) != client.nodes.end();
    }
    // Rates are per second.
    reports::Repairable repairable() const {
        return {units.units, needed, units.crews, 1 / units.up_s, 1 / units.down_s};
    }
};

// The scenario was checked. As many are needed as the load keeps busy, at its highest rate.
std::vector<FailingPart> failing_parts(const models::Scenario& scenario,
                                       const models::Dependability& found);

}  // namespace tools
