// What the graph of a system is like as a whole, once every reference in it is sound.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "models/nodes.h"
#include "models/spec/declaration/node_ref.h"

namespace models {

struct Sources;

// One reference of a node to another.
struct NodeEdge {
    std::size_t from;
    std::size_t to;
    spec::Edge edge;
    std::string pointer;
    bool is_survivable = false;  // whoever calls answers without it
};

class GraphShape {
public:
    // Nodes by number; it must outlive this.
    struct Graph {
        std::span<const std::string> names;
        std::span<const NodeFacts> parts;
        std::span<const NodeEdge> links;
    };
    explicit GraphShape(const Graph& graph);

    // Calls that wait for each other in a circle would wait for ever.
    struct Cycle {
        const NodeEdge* first = nullptr;  // of its calls
        std::string members;              // "a, b"
    };
    std::vector<Cycle> cycles() const;

    // A sentence for each node that no request reaches.
    std::vector<std::string> unreachable() const;

    // A sentence for each node whose one instance takes a client's route with it when it is lost.
    std::vector<std::string> single_points() const;

private:
    std::vector<bool> cut_points() const;
    bool is_single(std::size_t node) const;
    std::string depend(const Sources& clients) const;

    Graph graph_;
    std::vector<bool> reached_;
};

}  // namespace models
