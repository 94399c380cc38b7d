#include "models/topology/links.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "models/spec/declaration/spec.h"

namespace models {

void for_each_reference(const Scenario& scenario, const Referred& referred) {
    std::size_t from = 0;
    for (const auto& [name, choice] : scenario.nodes) {
        spec::visit(
            choice, [&](const spec::Reference& reference) { referred(from, reference); },
            spec::pointer_to("/nodes", std::string_view(name)));
        ++from;
    }
}

std::vector<const spec::Json*> written_nodes(const Scenario& scenario, const spec::Json& document) {
    std::unordered_map<std::string_view, const spec::Json*> written;
    const spec::Json* const nodes = document.find("nodes");
    if (nodes != nullptr && nodes->object() != nullptr) {
        for (const spec::Member& member : *nodes->object()) {
            written.emplace(member.name, &member.value);
        }
    }
    std::vector<const spec::Json*> found;
    for (const auto& [name, choice] : scenario.nodes) {
        const auto at = written.find(name);
        found.push_back(at == written.end() ? nullptr : at->second);
    }
    return found;
}

std::string_view within_node(std::string_view pointer) {
    constexpr std::string_view kNodes = "/nodes/";
    return pointer.substr(std::min(pointer.find('/', kNodes.size()), pointer.size()));
}

std::vector<NodeLink> links_of(const Scenario& scenario) {
    std::vector<NodeLink> links;
    std::set<std::pair<std::size_t, std::string_view>> known;
    for_each_reference(scenario, [&](std::size_t from, const spec::Reference& reference) {
        if (reference.edge == spec::Edge::kMention) return;
        const std::string& to = reference.ref.node;
        if (!known.emplace(from, to).second) return;
        links.push_back({scenario.nodes.entries[from].first, to});
    });
    return links;
}

}  // namespace models
