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
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
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
    std::string problems;
    auto subject = subject_of(options.wanted, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    models::ScenarioSource& source = subject->source;
    source.overlays.insert(source.overlays.end(), options.overlays.begin(), options.overlays.end());
    source.sets.insert(source.sets.end(), options.sets.begin(), options.sets.end());
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return kWrong;
    }
    const reports::Graph drawn = graph_of(*loaded.scenario, options.wanted.file);
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
        .changes(options->sets, options->overlays)
        .footer(
            "  spate graph shop.json > shop.svg\n"
            "  spate graph shop.json --format dot | dot -Tpng")
        .runs([options] { return graph(*options); });
}

}  // namespace tools
