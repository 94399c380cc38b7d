// spate graph: who calls whom, drawn before anything is played.
#include <fmt/format.h>

#include "models/topology/demands.h"
#include "reports/render/graph.h"
#include "tools/command_line.h"
#include "tools/pictures.h"
#include "tools/subject.h"

namespace tools {

namespace {

struct GraphOptions {
    Wanted wanted;
    std::string format = "svg";
    std::string look = "light";
};

reports::Graph graph_of(const models::Scenario& scenario, const std::string& file) {
    reports::Graph graph{scenario.name.empty() ? file : scenario.name, {}, {}};
    for (const models::NodeDemand& node : models::demands_of(scenario).nodes) {
        graph.nodes.push_back({node.name, node.kind, node.instances, node.is_client});
    }
    graph.links = drawn_links(scenario);
    return graph;
}

int graph(const GraphOptions& options) {
    const auto found = load_subject(options.wanted);
    if (!found) return kWrong;
    const reports::Graph drawn = graph_of(*found->loaded.scenario, options.wanted.file);
    fmt::print("{}", options.format == "dot"       ? reports::graph_dot(drawn)
                     : options.format == "mermaid" ? reports::graph_mermaid(drawn)
                                                   : reports::graph_svg(drawn, options.look));
    return kOk;
}

}  // namespace

Command graph_command(CLI::App& program) {
    auto options = std::make_shared<GraphOptions>();
    return CommandLine(program, "graph", "Draw who calls whom")
        .subject(options->wanted)
        .word("--format", options->format, {"svg", "dot", "mermaid"},
              "svg, dot for Graphviz, mermaid for Markdown")
        .word("--look", options->look, {"light", "dark"}, "Of an SVG: light or dark")
        .changes(options->wanted.sets, options->wanted.overlays)
        .footer(
            "  spate graph shop.json > shop.svg\n"
            "  spate graph shop.json --format dot | dot -Tpng")
        .runs([options] { return graph(*options); });
}

}  // namespace tools
