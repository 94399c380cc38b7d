#include "reports/render/health_json.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace reports {

std::string health_json(const Summary& summary) {
    using Ordered = nlohmann::ordered_json;
    Ordered components = Ordered::object();
    bool all_up = true;
    for (const sim::Watched& each : summary.watched) {
        const NodeSummary* const node = summary.node(each.name);
        if (each.of != "health" || node == nullptr || node->is_client) continue;
        Ordered details = {{"kind", node->kind}};
        double up = 0;
        double instances = 0;
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == "up") up = measure.value;
            if (measure.name == "instances") instances = measure.value;
            details[measure.name] =
                std::isfinite(measure.value) ? Ordered(measure.value) : Ordered(nullptr);
        }
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
