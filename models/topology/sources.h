// From which sources each node of a graph can be reached.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

namespace models {

// The first few by number, and whether there are others: of all of them, to count them alone takes
// time that grows faster than the graph.
struct Sources {
    std::vector<std::size_t> first;
    bool has_others = false;
};

struct SourcedGraph {
    std::vector<std::pair<std::size_t, std::size_t>> links;  // from, to
    std::vector<bool> is_source;                             // by node; each reaches itself
};

// By node, with at most `most` named each. Nodes in a circle have the same sources, so circles are
// found (Tarjan 1972) and gone through from those that nobody calls: each link is looked at once.
std::vector<Sources> sources_of(const SourcedGraph& graph, std::size_t most);

}  // namespace models
