#include "tools/guard.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <variant>

#include "models/spec/json/document.h"
#include "models/spec/json/json_text.h"
#include "models/topology/load.h"
#include "reports/words/numbers.h"

namespace tools {

namespace {

namespace spec = models::spec;

const std::string* member_text(const spec::Json& json, std::string_view name) {
    const spec::Json* const found = json.find(name);
    return found == nullptr ? nullptr : found->text();
}

// A step that calls, by the path that --set has for it.
struct FoundCall {
    std::string path;
    const spec::Json* step;
};

// Where steps call that node.
void find_calls(const spec::Json& json, const std::string& callee, const std::string& path,
                std::vector<FoundCall>& found) {
    if (const spec::Json::List* const list = json.list()) {
        for (std::size_t i = 0; i < list->size(); ++i) {
            find_calls((*list)[i], callee, fmt::format("{}.{}", path, i), found);
        }
    }
    if (json.object() == nullptr) return;
    if (const std::string* const to = member_text(json, "call")) {
        if (*to == callee || to->starts_with(callee + ".")) found.push_back({path, &json});
    }
    for (const spec::Member& each : *json.object()) {
        find_calls(each.value, callee, path + "." + each.name, found);
    }
}

// The step's own policies come behind the bulkhead.
std::string policies_with_bulkhead(const spec::Json& step, std::uint64_t permits) {
    spec::Json bulkhead;
    bulkhead.put("kind", "bulkhead");
    bulkhead.put("max_concurrent_calls", permits);
    bulkhead.put("scope", "caller_instance");
    spec::Json::List policies{std::move(bulkhead)};
    const spec::Json* const own = step.find("policies");
    if (own != nullptr && own->list() != nullptr) {
        policies.insert(policies.end(), own->list()->begin(), own->list()->end());
    }
    return spec::compact_text(spec::Json(std::move(policies)));
}

}  // namespace

std::vector<Guard> guards_of(const models::Scenario& scenario, const reports::RootCause& finding) {
    std::vector<std::string> nodes;
    if (finding.resource) nodes.push_back(finding.resource->node);
    for (const reports::FilledUp& each : finding.filled_up) {
        if (std::ranges::find(nodes, each.node) == nodes.end()) nodes.push_back(each.node);
    }
    spec::Problems problems;
    const spec::Json resolved = spec::read("resolved", models::resolved_json(scenario), problems);
    const spec::Json* const all = resolved.find("nodes");
    std::vector<Guard> guards;
    for (std::size_t i = 1; i < nodes.size() && all != nullptr; ++i) {
        const std::string& caller = nodes[i];
        const spec::Json* const node = all->find(caller);
        const spec::Json* const threads = node == nullptr ? nullptr : node->find("threads");
        const spec::Json* const endpoints = node == nullptr ? nullptr : node->find("endpoints");
        if (threads == nullptr || endpoints == nullptr) continue;
        const auto* const count = std::get_if<std::uint64_t>(&threads->content);
        const std::uint64_t permits = count == nullptr ? 0 : *count / 2;
        std::vector<FoundCall> calls;
        find_calls(*endpoints, nodes[i - 1], fmt::format("nodes.{}.endpoints", caller), calls);
        if (calls.empty() || permits == 0) continue;
        Guard guard;
        guard.what = fmt::format("a bulkhead of {} (half its threads) for {} calls of {}", permits,
                                 reports::possessive(caller), nodes[i - 1]);
        for (const FoundCall& each : calls) {
            guard.sets.push_back(fmt::format("{}.policies={}", each.path,
                                             policies_with_bulkhead(*each.step, permits)));
        }
        guards.push_back(std::move(guard));
    }
    return guards;
}

}  // namespace tools
