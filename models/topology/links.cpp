#include "models/topology/links.h"

#include <algorithm>
#include <set>
#include <string_view>
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
