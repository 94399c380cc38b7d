#include "reports/render/health_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

#include "metrics/health_state.h"

namespace reports {

namespace {

// Of several runs whose states differ there is none.
nlohmann::ordered_json state_of(double value) {
    for (std::size_t i = 0; i < metrics::kHealthStateNames.size(); ++i) {
        if (value == static_cast<double>(i)) return metrics::kHealthStateNames[i];
    }
    return nullptr;
}

}  // namespace

std::string health_json(const Summary& summary) {
    using Ordered = nlohmann::ordered_json;
    Ordered components = Ordered::object();
    bool all_up = true;
    for (const sim::Watched& each : summary.watched) {
        const NodeSummary* const node = summary.node(each.name);
        if (each.of != "health" || node == nullptr || node->is_client) continue;
        Ordered details = {{"kind", node->kind}};
        Ordered breakers = Ordered::object();
        double up = 0;
        double instances = 0;
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == "up") up = measure.value;
            if (measure.name == "instances") instances = measure.value;
            if (measure.unit == "state") {
                breakers[measure.name] = {{"state", state_of(measure.value)}};
                continue;
            }
            details[measure.name] =
                std::isfinite(measure.value) ? Ordered(measure.value) : Ordered(nullptr);
        }
        if (!breakers.empty()) details["circuitBreakers"] = std::move(breakers);
        // What stands on no machine, as a pool, is never down by itself.
        const bool is_up = up > 0 || instances == 0;
        all_up = all_up && is_up;
        components[each.name] = {{"status", is_up ? "UP" : "DOWN"},
                                 {"details", std::move(details)}};
    }
    const Ordered health = {{"status", all_up ? "UP" : "DOWN"}, {"components", components}};
    return health.dump(2, ' ', false, Ordered::error_handler_t::replace) + "\n";
}

}  // namespace reports
