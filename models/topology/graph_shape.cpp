#include "models/topology/graph_shape.h"

#include <fmt/core.h>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/strong_components.hpp>

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
        if (!of.parts[node].answers_calls) boost::add_edge(users, node, graph);
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

std::vector<std::string> GraphShape::single_points() const {
    constexpr std::size_t kNamed = 10;
    SourcedGraph graph;
    for (const NodeEdge& link : graph_.links) graph.links.emplace_back(link.from, link.to);
    for (const PartInGraph& part : graph_.parts) graph.is_source.push_back(!part.answers_calls);
    const std::vector<Sources> clients = sources_of(graph, kNamed);
    std::vector<std::string> warnings;
    for (std::size_t node = 0; node < reached_.size(); ++node) {
        if (!reached_[node] || graph_.parts[node].instances != 1) continue;
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
