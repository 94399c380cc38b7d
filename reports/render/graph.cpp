#include "reports/render/graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "reports/render/documents.h"
#include "reports/words/terminal.h"

namespace reports {

namespace {

// Within quotation marks, on one line.
std::string quoted_dot(const std::string& text) {
    std::string result = "\"";
    for (const char c : printable(text)) {
        if (c == '"' || c == '\\') result += '\\';
        result += c;
    }
    return result + "\"";
}

// Mermaid has no escapes but HTML's.
std::string entities(const std::string& text) {
    std::string result;
    for (const char c : printable(text)) {
        switch (c) {
            case '"':
                result += "#quot;";
                break;
            case '<':
                result += "#lt;";
                break;
            case '>':
                result += "#gt;";
                break;
            case '#':
                result += "#35;";
                break;
            default:
                result += c;
        }
    }
    return result;
}

std::string kind_text(const GraphNode& node) {
    return node.instances > 1 ? fmt::format("{} ×{}", node.kind, node.instances) : node.kind;
}

std::size_t index_of(const Graph& graph, const std::string& name) {
    return static_cast<std::size_t>(std::ranges::find(graph.nodes, name, &GraphNode::name) -
                                    graph.nodes.begin());
}

}  // namespace

std::string graph_dot(const Graph& graph) {
    std::string text = fmt::format(
        "digraph {} {{\n    rankdir=LR;\n    node [shape=box, style=rounded, "
        "fontname=\"sans-serif\"];\n",
        quoted_dot(graph.name));
    for (const GraphNode& node : graph.nodes) {
        // "\n" begins a new line within a label.
        std::string label = quoted_dot(node.name);
        label.insert(label.size() - 1, "\\n" + kind_text(node));
        text += fmt::format("    {} [label={}{}];\n", quoted_dot(node.name), label,
                            node.is_client ? ", shape=oval" : "");
    }
    for (const Link& link : graph.links) {
        text += fmt::format("    {} -> {};\n", quoted_dot(link.from), quoted_dot(link.to));
    }
    return text + "}\n";
}

std::string graph_mermaid(const Graph& graph) {
    std::string text = "flowchart LR\n";
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
        const GraphNode& node = graph.nodes[i];
        const std::string label = entities(node.name) + "<br/>" + entities(kind_text(node));
        text += node.is_client ? fmt::format("    n{}([\"{}\"])\n", i, label)
                               : fmt::format("    n{}[\"{}\"]\n", i, label);
    }
    for (const Link& link : graph.links) {
        text +=
            fmt::format("    n{} --> n{}\n", index_of(graph, link.from), index_of(graph, link.to));
    }
    return text;
}

std::string graph_svg(const Graph& graph, const std::string& look) {
    nlohmann::ordered_json json = {{"name", graph.name},
                                   {"nodes", nlohmann::ordered_json::object()},
                                   {"edges", nlohmann::ordered_json::array()}};
    for (const GraphNode& node : graph.nodes) {
        json["nodes"][node.name] = {{"kind", node.kind}, {"instances", node.instances}};
    }
    for (const Link& link : graph.links) {
        json["edges"].push_back({{"from", link.from}, {"to", link.to}});
    }
    using Handler = nlohmann::ordered_json::error_handler_t;
    return Drawing({{"graph", json.dump(-1, ' ', false, Handler::replace)}})
        .picture("topology", look);
}

}  // namespace reports
