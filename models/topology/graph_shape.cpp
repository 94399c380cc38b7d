#include "models/topology/graph_shape.h"

#include <fmt/core.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/biconnected_components.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>
#include <iterator>

#include "models/topology/sources.h"

namespace models {

namespace {

using Digraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

}  // namespace

GraphShape::GraphShape(const Graph& of) : graph_(of) {
    const std::size_t users = of.names.size();
    Digraph graph(users + 1);
    for (const NodeEdge& link : of.links) boost::add_edge(link.from, link.to, graph);
    for (std::size_t node = 0; node < users; ++node) {
        if (of.parts[node].is(Role::sends)) boost::add_edge(users, node, graph);
    }
    std::vector<boost::default_color_type> colors(users + 1);
    boost::breadth_first_search(graph, users,
                                boost::color_map(boost::make_iterator_property_map(
                                    colors.begin(), boost::get(boost::vertex_index, graph))));
    for (std::size_t node = 0; node < users; ++node) {
        reached_.push_back(colors[node] != boost::white_color);
    }
}

std::vector<GraphShape::Cycle> GraphShape::cycles() const {
    const std::size_t nodes = graph_.names.size();
    Digraph graph(nodes);
    for (const NodeEdge& link : graph_.links) {
        if (link.edge == spec::Edge::kCall) boost::add_edge(link.from, link.to, graph);
    }
    std::vector<std::size_t> component(nodes);
    const auto count = boost::strong_components(graph, component.data());
    std::vector<Cycle> each(static_cast<std::size_t>(count));
    for (const NodeEdge& link : graph_.links) {
        const bool is_inside = component[link.from] == component[link.to];
        const NodeEdge*& first = each[component[link.from]].first;
        if (is_inside && link.edge == spec::Edge::kCall && first == nullptr) first = &link;
    }
    for (std::size_t node = 0; node < nodes; ++node) {
        Cycle& cycle = each[component[node]];
        if (cycle.first == nullptr) continue;
        cycle.members += cycle.members.empty() ? graph_.names[node] : ", " + graph_.names[node];
    }
    std::erase_if(each, [](const Cycle& cycle) { return cycle.first == nullptr; });
    return each;
}

std::vector<std::string> GraphShape::unreachable() const {
    std::vector<std::string> warnings;
    for (std::size_t node = 0; node < reached_.size(); ++node) {
        if (reached_[node]) continue;
        warnings.push_back(fmt::format("no request ever reaches \"{}\"", graph_.names[node]));
    }
    return warnings;
}

bool GraphShape::is_single(std::size_t node) const {
    const NodeFacts& part = graph_.parts[node];
    return part.instances <= 1 && !part.is_bypassed;
}

// Articulation points (Hopcroft and Tarjan 1973) of the graph in which a node with several
// instances is two vertices side by side, each node has an answer of its own behind it, and all
// clients hang on one vertex: whoever is one cuts users off from an answer they need.
std::vector<bool> GraphShape::cut_points() const {
    using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
    const std::size_t nodes = graph_.names.size();
    const auto copies = [&](std::size_t node) { return is_single(node) ? 1u : 2u; };
    const auto vertex = [&](std::size_t node, std::size_t copy) { return node + copy * nodes; };
    const std::size_t users = 3 * nodes;
    Undirected graph(3 * nodes + 1);
    for (std::size_t node = 0; node < nodes; ++node) {
        for (std::size_t copy = 0; copy < copies(node); ++copy) {
            boost::add_edge(vertex(node, copy), vertex(node, 2), graph);
            if (graph_.parts[node].is(Role::sends)) {
                boost::add_edge(users, vertex(node, copy), graph);
            }
        }
    }
    for (const NodeEdge& link : graph_.links) {
        if (link.is_survivable) continue;
        for (std::size_t from = 0; from < copies(link.from); ++from) {
            for (std::size_t to = 0; to < copies(link.to); ++to) {
                boost::add_edge(vertex(link.from, from), vertex(link.to, to), graph);
            }
        }
    }
    std::vector<std::size_t> found;
    boost::articulation_points(graph, std::back_inserter(found));
    std::vector<bool> is_cut(nodes);
    for (const std::size_t each : found) {
        if (each < nodes) is_cut[each] = true;
    }
    return is_cut;
}

std::vector<std::string> GraphShape::single_points() const {
    constexpr std::size_t kNamed = 10;
    SourcedGraph graph;
    for (const NodeEdge& link : graph_.links) {
        if (!link.is_survivable) graph.links.emplace_back(link.from, link.to);
    }
    for (const NodeFacts& part : graph_.parts) {
        graph.is_source.push_back(part.is(Role::sends));
    }
    const std::vector<Sources> clients = sources_of(graph, kNamed);
    const std::vector<bool> is_cut = cut_points();
    std::vector<std::string> warnings;
    for (std::size_t node = 0; node < reached_.size(); ++node) {
        const bool is_needed = !clients[node].first.empty();
        if (!is_needed || !is_cut[node] || graph_.parts[node].instances != 1) continue;
        warnings.push_back(
            fmt::format("\"{}\" is a single point of failure: one instance, and {} on it",
                        graph_.names[node], depend(clients[node])));
    }
    return warnings;
}

std::string GraphShape::depend(const Sources& clients) const {
    std::string text;
    for (const std::size_t node : clients.first) {
        text += text.empty() ? graph_.names[node] : ", " + graph_.names[node];
    }
    if (clients.has_others) text += " and others";
    return text + (clients.first.size() == 1 && !clients.has_others ? " depends" : " depend");
}

}  // namespace models
