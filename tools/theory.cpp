#include "tools/theory.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <unordered_map>

#include "reports/theory/queues.h"

namespace tools {

namespace {

constexpr double kHoursPerMonth = 730;

NodeTheory theory_of(const models::NodeDemand& demand) {
    NodeTheory node;
    node.name = demand.name;
    node.kind = demand.kind;
    node.calls_per_s = demand.calls_per_s;
    node.core_s = demand.core_s;
    node.is_client = demand.is_client;
    node.slots_name = demand.slots_name;
    node.usd_per_month = demand.usd_per_hour * kHoursPerMonth;
    const std::uint32_t cores = demand.cores * demand.instances;
    if (cores > 0) {
        node.cores_busy = demand.calls_per_s * demand.core_s / cores;
        node.wait_shared_s = reports::mean_wait_s({demand.calls_per_s, demand.core_s, cores});
        node.wait_alone_s = reports::mean_wait_s(
            {demand.calls_per_s / demand.instances, demand.core_s, demand.cores});
    }
    if (demand.slots > 0) node.slots_in_use = demand.calls_per_s * demand.stays_s / demand.slots;
    return node;
}

const NodeTheory* fullest_but(const Theory& theory, const NodeTheory* other) {
    const NodeTheory* most = nullptr;
    for (const NodeTheory& node : theory.nodes) {
        if (&node == other || node.is_client || !(node.fullest() > 0)) continue;
        if (most == nullptr || node.fullest() > most->fullest()) most = &node;
    }
    return most;
}

}  // namespace

const NodeTheory* Theory::bottleneck() const {
    return fullest_but(*this, nullptr);
}

const NodeTheory* Theory::next() const {
    const NodeTheory* const first = bottleneck();
    return first == nullptr ? nullptr : fullest_but(*this, first);
}

double Theory::carries() const {
    const NodeTheory* const first = bottleneck();
    return first == nullptr ? std::numeric_limits<double>::infinity() : 1 / first->fullest();
}

Theory theory_of(const models::Scenario& scenario) {
    const models::Demands demands = models::demands_of(scenario);
    Theory theory;
    theory.offered_per_s = demands.offered_per_s;
    theory.response_s = theory.response_shared_s = theory.response_alone_s = demands.response_s;
    theory.availability = demands.success * demands.up;
    theory.notes = demands.notes;
    for (const models::NodeDemand& demand : demands.nodes) {
        const NodeTheory& node = theory.nodes.emplace_back(theory_of(demand));
        theory.usd_per_month += node.usd_per_month;
        if (node.is_client || !(theory.offered_per_s > 0)) continue;
        // A user's request waits at a node as often as it calls there.
        const double visits = node.calls_per_s / theory.offered_per_s;
        if (!(visits > 0)) continue;
        theory.response_shared_s += visits * node.wait_shared_s;
        theory.response_alone_s += visits * node.wait_alone_s;
    }
    return theory;
}

// The utilisation law: how busy a node's cores are is its throughput times its service demand.
std::vector<reports::TheoryLine> beside_measured(const Theory& theory,
                                                 const reports::Summary& summary) {
    std::unordered_map<std::string_view, double> measured;
    for (const reports::NodeSummary& node : summary.nodes) {
        if (node.utilisation) measured.emplace(node.name, *node.utilisation);
    }
    std::vector<reports::TheoryLine> lines;
    for (const NodeTheory& node : theory.nodes) {
        const auto found = measured.find(node.name);
        if (found == measured.end() || !(node.cores_busy > 0)) continue;
        reports::TheoryLine line{node.name, "utilisation", "1", node.cores_busy, 0, {}};
        line.measured = found->second;
        if (node.cores_busy >= 1) line.why_not = "more is asked of it than it has";
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace tools
