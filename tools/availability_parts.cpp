#include "tools/availability_parts.h"

#include <cmath>

#include "tools/theory.h"

namespace tools {

namespace {

std::size_t needed_of(const Theory& theory, const models::FailingUnits& units) {
    const NodeTheory& node = theory.nodes[units.node];
    const double busy = node.cores_busy * static_cast<double>(node.instances);
    const double cores = std::ceil(std::max(busy, 1e-9) - 1e-9);
    const auto load = static_cast<std::size_t>(std::max(1.0, cores));
    const std::size_t all = units.units + units.others;
    const std::size_t wanted = std::min(load, all);
    return wanted > units.others ? wanted - units.others : 0;
}

}  // namespace

std::vector<FailingPart> failing_parts(const models::Scenario& scenario,
                                       const models::Dependability& found) {
    const Theory theory = theory_of(scenario);
    std::vector<FailingPart> parts;
    for (const models::FailingUnits& each : found.failing) {
        FailingPart part{
            scenario.nodes.entries[each.node].first, each, needed_of(theory, each), {}};
        if (part.needed > 0 && each.up_s > 0 && each.down_s > 0) {
            part.figures = reports::figures_of(part.repairable());
        }
        parts.push_back(std::move(part));
    }
    return parts;
}

}  // namespace tools
