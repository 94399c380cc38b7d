#include "models/topology/history_check.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/nodes.h"
#include "models/spec/json/nearest.h"
#include "models/topology/links.h"

namespace models {

namespace {

bool is_client(const Scenario& scenario, const std::string& node) {
    return Nodes::facts_of(*scenario.nodes.find(node)).is(Role::sends);
}

}  // namespace

void check_histories(const Scenario& scenario, const spec::Json& document,
                     spec::Problems& problems) {
    const auto& of = scenario.run.history.of;
    if (of.empty()) return;
    const std::vector<NodeLink> links = links_of(scenario);
    std::vector<std::string_view> possible;  // into `links`
    for (const NodeLink& link : links) {
        const NodeChoice* const to = scenario.nodes.find(link.to);
        if (to == nullptr || !is_client(scenario, link.from)) continue;
        if (Nodes::facts_of(*to).has_versions) possible.emplace_back(link.to);
    }
    for (std::size_t i = 0; i < of.size(); ++i) {
        const std::string& name = of[i].node;
        if (scenario.nodes.find(name) == nullptr) continue;
        if (std::ranges::find(possible, name) != possible.end()) continue;
        const std::string pointer = fmt::format("/run/history/of/{}", i);
        problems.add({spec::nearest_place(document, pointer), pointer,
                      fmt::format("no client reads and writes items of \"{}\" itself", name),
                      possible.empty()
                          ? "a history is of a database, a cache or another store that "
                            "clients call"
                          : spec::did_you_mean(name, possible, "clients do of:")});
    }
}

}  // namespace models
