#include "tools/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "models/topology/load.h"
#include "reports/words/numbers.h"

namespace tools {

namespace {

namespace spec = models::spec;
using OrderedJson = nlohmann::ordered_json;

// Where steps call that node, by the path that --set has for it.
void find_calls(const OrderedJson& json, const std::string& callee, const std::string& path,
                std::vector<std::string>& found) {
    if (json.is_array()) {
        for (std::size_t i = 0; i < json.size(); ++i) {
            find_calls(json[i], callee, fmt::format("{}.{}", path, i), found);
        }
    }
    if (!json.is_object()) return;
    if (json.contains("call") && json["call"].is_string()) {
        const std::string& to = json["call"].get_ref<const std::string&>();
        if (to == callee || to.starts_with(callee + ".")) found.push_back(path);
    }
    for (const auto& [name, value] : json.items()) {
        find_calls(value, callee, path + "." + name, found);
    }
}

}  // namespace

std::vector<Guard> guards_of(const models::Scenario& scenario, const reports::RootCause& finding) {
    std::vector<std::string> nodes;
    if (finding.resource) nodes.push_back(finding.resource->node);
    for (const reports::FilledUp& each : finding.filled_up) {
        if (std::ranges::find(nodes, each.node) == nodes.end()) nodes.push_back(each.node);
    }
    const OrderedJson resolved = OrderedJson::parse(models::resolved_json(scenario));
    std::vector<Guard> guards;
    for (std::size_t i = 1; i < nodes.size(); ++i) {
        const std::string& caller = nodes[i];
        const OrderedJson::json_pointer at("/nodes/" + caller);
        if (!resolved.contains(at) || !resolved[at].contains("threads")) continue;
        const auto permits = resolved[at]["threads"].get<std::uint64_t>() / 2;
        std::vector<std::string> calls;
        find_calls(resolved[at].value("endpoints", OrderedJson()), nodes[i - 1],
                   fmt::format("nodes.{}.endpoints", caller), calls);
        if (calls.empty() || permits == 0) continue;
        Guard guard;
        guard.what = fmt::format("a bulkhead of {} (half its threads) for {} calls of {}", permits,
                                 reports::possessive(caller), nodes[i - 1]);
        for (const std::string& each : calls) {
            OrderedJson policies = OrderedJson::array();
            policies.push_back({{"kind", "bulkhead"},
                                {"max_concurrent_calls", permits},
                                {"scope", "caller_instance"}});
            std::string pointer = each;
            std::ranges::replace(pointer, '.', '/');
            const auto& step = resolved[OrderedJson::json_pointer("/" + pointer)];
            for (const auto& policy : step.value("policies", OrderedJson::array())) {
                policies.push_back(policy);
            }
            guard.sets.push_back(fmt::format("{}.policies={}", each, policies.dump()));
        }
        guards.push_back(std::move(guard));
    }
    return guards;
}

}  // namespace tools
