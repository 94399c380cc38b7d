#include "models/topology/dependability.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <cmath>
#include <set>
#include <utility>

#include "models/topology/links.h"

namespace models {

namespace {

using NeedGraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

// What is called while somebody waits for the answer, by those who cannot do without it. A message
// that is sent is not waited for.
NeedGraph needs_of(const Scenario& scenario) {
    const auto place_of = [&](const std::string& name) {
        const auto found = std::ranges::find(scenario.nodes.entries, name,
                                             &decltype(scenario.nodes)::Entry::first);
        return static_cast<std::size_t>(found - scenario.nodes.entries.begin());
    };
    NeedGraph graph(scenario.nodes.size());
    for_each_reference(scenario, [&](std::size_t from, const spec::Reference& reference) {
        const bool is_waited_for = reference.edge == spec::Edge::kCall ||
                                   reference.edge == spec::Edge::kTransaction ||
                                   reference.edge == spec::Edge::kLock;
        if (!is_waited_for || reference.around.is_survivable.value_or(false)) return;
        const std::size_t to = place_of(reference.ref.node);
        if (to < scenario.nodes.size()) boost::add_edge(from, to, graph);
    });
    return graph;
}

std::vector<std::size_t> reached_from(const NeedGraph& graph, std::size_t start) {
    std::vector<boost::default_color_type> colors(boost::num_vertices(graph));
    boost::breadth_first_search(graph, start,
                                boost::color_map(boost::make_iterator_property_map(
                                    colors.begin(), boost::get(boost::vertex_index, graph))));
    std::vector<std::size_t> reached;
    for (std::size_t node = 0; node < colors.size(); ++node) {
        if (node != start && colors[node] != boost::white_color) reached.push_back(node);
    }
    return reached;
}

// Of the node's instances, those that this failure strikes.
std::size_t struck_of(const Outage& outage, std::size_t instances) {
    if (outage.target.instance) return 1;
    std::size_t struck = outage.instances > 0 ? outage.instances : instances;
    if (outage.share) {
        struck = static_cast<std::size_t>(
            std::ceil(outage.share->value * static_cast<double>(instances)));
    }
    return std::min(struck, instances);
}

class FailureReader {
public:
    FailureReader(const Scenario& scenario, Dependability& found)
        : scenario_(scenario), found_(found) {}

    void read(const FailureChoice& choice, std::size_t number) {
        const Outage& outage = Failures::outage_of(choice);
        const std::string name = fmt::format("failures[{}] ({})", number, choice.kind());
        if (!outage.is_random()) {
            found_.notes.push_back(name + " strikes at a time of its own and is left out.");
            return;
        }
        const std::string& node = outage.target.node.node;
        const auto entry = std::ranges::find(scenario_.nodes.entries, node,
                                             &decltype(scenario_.nodes)::Entry::first);
        const bool is_whole = !outage.zone && !outage.region && !outage.role;
        if (node.empty() || entry == scenario_.nodes.entries.end() || !is_whole) {
            found_.notes.push_back(name +
                                   " takes several at once: no figure of independent parts "
                                   "has it.");
            return;
        }
        add(outage, static_cast<std::size_t>(entry - scenario_.nodes.entries.begin()), name);
    }

private:
    void add(const Outage& outage, std::size_t node, const std::string& name) {
        const NodeFacts facts = Nodes::facts_of(scenario_.nodes.entries[node].second);
        FailingUnits units;
        units.node = node;
        units.units = struck_of(outage, facts.instances);
        units.others = facts.instances - units.units;
        units.up_s = outage.time_to_fail->build().mean();
        units.down_s = outage.time_to_repair ? outage.time_to_repair->build().mean()
                                             : sim::seconds(outage.lasts.value_or(sim::Duration{}));
        units.crews = outage.crew > 0 ? outage.crew : std::max<std::size_t>(1, units.units);
        units.common_cause = outage.common_cause.value;
        if (units.common_cause > 0) {
            found_.notes.push_back(fmt::format(
                "{}: {:.3g} % of them have a common cause, which parts that are independent have "
                "not.",
                name, 100 * units.common_cause));
        }
        found_.failing.push_back(units);
    }

    const Scenario& scenario_;
    Dependability& found_;
};

}  // namespace

Dependability dependability_of(const Scenario& scenario) {
    Dependability found;
    FailureReader reader(scenario, found);
    std::size_t number = 0;
    for (const FailureChoice& choice : scenario.failures) reader.read(choice, number++);
    const NeedGraph graph = needs_of(scenario);
    for (std::size_t node = 0; node < scenario.nodes.size(); ++node) {
        const auto& [name, choice] = scenario.nodes.entries[node];
        if (!Nodes::facts_of(choice).is(Role::sends)) continue;
        found.clients.push_back({name, reached_from(graph, node)});
    }
    return found;
}

}  // namespace models
