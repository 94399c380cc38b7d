// spate graph: who calls whom, drawn before anything is played.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "models/topology/demands.h"
#include "models/topology/graph.h"
#include "reports/render/graph.h"
#include "tools/command.h"
#include "tools/subject.h"

namespace tools {

namespace {

struct Options {
    std::string file;
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
    for (const models::NodeLink& link : models::links_of(scenario)) {
        graph.links.push_back({link.from, link.to});
    }
    return graph;
}

int graph(const Options& options) {
    std::string problems;
    auto subject = subject_of(options.file, problems);
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
    const reports::Graph drawn = graph_of(*loaded.scenario, options.file);
    fmt::print("{}", options.format == "dot"       ? reports::graph_dot(drawn)
                     : options.format == "mermaid" ? reports::graph_mermaid(drawn)
                                                   : reports::graph_svg(drawn, options.look));
    return kOk;
}

}  // namespace

Command graph_command(CLI::App& program) {
    CLI::App* const app = program.add_subcommand("graph", "Draw who calls whom");
    auto options = std::make_shared<Options>();
    app->add_option("FILE", options->file, "A scenario or a lab; - reads the standard input")
        ->required();
    app->add_option("--format", options->format, "svg, dot for Graphviz, mermaid for Markdown")
        ->check(CLI::IsMember({"svg", "dot", "mermaid"}))
        ->capture_default_str();
    app->add_option("--look", options->look, "Of an SVG: light or dark")
        ->check(CLI::IsMember({"light", "dark"}))
        ->capture_default_str();
    app->add_option("--set", options->sets, "PATH=VALUE, as nodes.web.replicas=20")
        ->expected(1)
        ->take_all();
    app->add_option("--overlay", options->overlays, "A file laid over it (RFC 7396)")
        ->expected(1)
        ->take_all();
    app->footer(
        "  spate graph shop.json > shop.svg\n  spate graph shop.json --format dot | dot -Tpng");
    return {app, [options] { return graph(*options); }};
}

}  // namespace tools
