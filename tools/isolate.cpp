// spate isolate: which routes each component takes with it when it fails.
//
// The scenario is played as it is but without its own failures, and then once for each of its
// components with that component failed all the time, on the same chance. A route is what a client
// asks for; it is affected when it answers a hundredth fewer of its requests than before.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>

#include "models/spec/json/json_text.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/subject.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct IsolateOptions {
    Wanted wanted;
    std::string how = "crash";
    std::uint64_t seed = 42;
    Play play;
    std::string format = "text";
};

constexpr double kAffected = 0.01;

struct Route {
    std::string client;
    double availability = 1;
};

struct Outcome {
    std::string component;
    std::vector<Route> routes;  // in the scenario's order
};

// What can fail, and the failure that it has.
struct Component {
    std::string name;
    std::string failure;
};

std::string failure_of(const Component& component) {
    spec::Json failure;
    failure.put("kind", component.failure);
    failure.put("target", component.name);
    failure.put("lasts", "8784h");
    if (component.failure == "slow") failure.put("factor", 1e6);
    return spec::compact_text(failure);
}

std::optional<models::Scenario> load(const models::ScenarioSource& source,
                                     const Component& component) {
    models::ScenarioSource with = source;
    const std::string failures = component.name.empty() ? "" : failure_of(component);
    with.sets.push_back("failures=[" + failures + "]");
    models::Loaded loaded = models::load(with);
    if (!loaded.scenario) fmt::print(stderr, "{}", loaded.problems.render());
    return std::move(loaded.scenario);
}

// Of this failure as the node can have it: a machine that is gone has lost its power. Empty: not at
// all.
std::string failure_for(const std::string& how, const models::NodeFacts& part) {
    const std::vector<std::string_view> known = models::Failures::known_to(part.suffers);
    const auto is_known = [&](std::string_view kind) {
        return std::ranges::find(known, kind) != known.end();
    };
    if (is_known(how)) return how;
    return how == "crash" && is_known("machine_down") ? "machine_down" : "";
}

// What can fail by itself in this way: neither clients nor managed balancers.
std::vector<Component> components_of(const models::Scenario& scenario, const std::string& how) {
    std::vector<Component> components;
    for (const auto& [name, choice] : scenario.nodes) {
        const models::NodeFacts part = models::Nodes::facts_of(choice);
        const std::string failure = failure_for(how, part);
        if (part.instances > 0 && !failure.empty()) components.push_back({name, failure});
    }
    return components;
}

std::vector<Route> routes_of(const sim::Recording& recording) {
    std::vector<Route> routes;
    for (const sim::NodeRecord& node : recording.nodes) {
        if (node.is_client) routes.push_back({node.name, node.totals.availability()});
    }
    return routes;
}

// The routes that are worse than they were without the failure.
std::vector<std::string> affected(const Outcome& outcome, const std::vector<Route>& before) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < outcome.routes.size(); ++i) {
        const Route& route = outcome.routes[i];
        if (route.availability < before[i].availability - kAffected) names.push_back(route.client);
    }
    return names;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "nothing" : text;
}

void print_text(const std::vector<Outcome>& outcomes, const std::vector<Route>& before) {
    fmt::print("{:<24}", "available");
    for (const Route& route : before) {
        fmt::print(" {:>14}", reports::fitted(reports::printable(route.client), 14));
    }
    fmt::print("\n");
    const auto print_row = [](const std::string& name, const std::vector<Route>& routes) {
        fmt::print("{}", reports::fitted(reports::printable(name), 24));
        for (const Route& route : routes) fmt::print(" {:>13.2f}%", route.availability * 100);
        fmt::print("\n");
    };
    print_row("all is well", before);
    for (const Outcome& outcome : outcomes) print_row(outcome.component, outcome.routes);
    fmt::print("\n");
    for (const Outcome& outcome : outcomes) {
        fmt::print("{} takes with it: {}\n", reports::printable(outcome.component),
                   reports::printable(joined(affected(outcome, before))));
    }
}

void print_json(const std::vector<Outcome>& outcomes, const std::vector<Route>& before) {
    const auto routes_json = [](const std::vector<Route>& routes) {
        spec::Json json;
        for (const Route& route : routes) json.put(route.client, route.availability);
        return json;
    };
    spec::Json::List failed;
    for (const Outcome& outcome : outcomes) {
        spec::Json::List names;
        for (const std::string& name : affected(outcome, before)) names.emplace_back(name);
        spec::Json json;
        json.put("component", outcome.component);
        json.put("availability", routes_json(outcome.routes));
        json.put("affected", std::move(names));
        failed.push_back(std::move(json));
    }
    spec::Json all;
    all.put("availability", routes_json(before));
    all.put("failed", std::move(failed));
    fmt::print("{}\n", spec::indented_text(all));
}

int isolate(const IsolateOptions& options) {
    std::string problems;
    const std::optional<Subject> subject = subject_of(options.wanted, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    std::vector<models::Scenario> scenarios;
    std::vector<Component> components = {{}};
    for (std::size_t i = 0; i < components.size(); ++i) {
        auto scenario = load(subject->source, components[i]);
        if (!scenario) return kWrong;
        if (const std::string why = why_too_large(*scenario); !why.empty()) {
            complain(why);
            return kWrong;
        }
        if (i == 0) {
            std::ranges::move(components_of(*scenario, options.how),
                              std::back_inserter(components));
        }
        scenarios.push_back(std::move(*scenario));
    }
    std::vector<Run> runs;
    for (const models::Scenario& scenario : scenarios)
        runs.push_back({&scenario, {options.seed, 0}});
    std::vector<Outcome> outcomes(runs.size());
    const PlayEnd end =
        play(runs, options.play, [&](std::size_t run, const sim::Recording& recording) {
            outcomes[run] = {components[run].name, routes_of(recording)};
        });
    if (end != PlayEnd::whole) return complain_of(end);
    const std::vector<Route> before = std::move(outcomes.front().routes);
    outcomes.erase(outcomes.begin());
    if (options.format == "json") {
        print_json(outcomes, before);
    } else {
        print_text(outcomes, before);
    }
    return kOk;
}

}  // namespace

Command isolate_command(CLI::App& program) {
    auto options = std::make_shared<IsolateOptions>();
    return CommandLine(program, "isolate",
                       "Fail each component in turn, and list the routes it takes with it")
        .subject(options->wanted)
        .word("--how", options->how, {"crash", "slow", "hang"},
              "How they fail: gone, a million times slower, or taking requests and answering none")
        .changes(options->wanted.sets, options->wanted.overlays)
        .seed(options->seed)
        .jobs(options->play.jobs)
        .format(options->format)
        .footer(
            "A route is what a client asks for; it is affected when a hundredth more of its\n"
            "requests are not answered than when all is well. Failures of the scenario itself are\n"
            "left out, and so is what cannot fail in this way.\n"
            "\n"
            "  spate isolate shop.json\n"
            "  spate isolate shop.json --how slow --set nodes.shop.threads=400")
        .runs([options] {
            options->play.show_progress = is_terminal(STDERR_FILENO);
            return isolate(*options);
        });
}

}  // namespace tools
