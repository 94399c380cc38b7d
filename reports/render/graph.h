// Who calls whom, as the scenario says: before anything is played.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "reports/drawn.h"

namespace reports {

struct GraphNode {
    std::string name;
    std::string kind;
    std::uint32_t instances = 1;
    bool is_client = false;
};

struct Graph {
    std::string name;
    std::vector<GraphNode> nodes;
    std::vector<Link> links;
};

std::string graph_dot(const Graph& graph);      // for Graphviz
std::string graph_mermaid(const Graph& graph);  // for Markdown
std::string graph_svg(const Graph& graph, const std::string& look);

}  // namespace reports
