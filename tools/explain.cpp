// spate explain: what limits a system, what would limit it next, and what relief would do.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "models/spec/json_text.h"
#include "models/spec/source_file.h"
#include "reports/bottlenecks.h"
#include "reports/render/comparison_text.h"
#include "reports/render/numbers.h"
#include "reports/render/terminal.h"
#include "tools/command_line.h"
#include "tools/relieve.h"
#include "tools/subject.h"

namespace tools {

namespace {

namespace spec = models::spec;

constexpr std::uint32_t kFactor = 4;

struct ExplainOptions {
    std::string file;
    std::vector<std::string> overlays;
    std::vector<std::string> sets;
    std::string duration;
    std::uint64_t seed = 42;
    std::uint32_t what_ifs = 2;
    std::string format = "text";
    bool quiet = false;
};

// One look at the system: as it is, or after the fullest node of the look before was relieved.
struct Look {
    std::string relieved;  // what was changed
    std::vector<reports::Resource> resources;
    double availability = 1;
    double throughput = 0;
    double mean_s = 0;
    double p99_s = 0;
};

std::string percent_text(double value) {
    return fmt::format("{:.0f} %", value * 100);
}

std::string ranking(const std::vector<reports::Resource>& resources) {
    constexpr std::size_t kShown = 12;
    std::size_t width = 8;
    for (const reports::Resource& each : resources) {
        width = std::max(width, reports::width_of(reports::printable(each.node + " " + each.what)));
    }
    width = std::min<std::size_t>(width, 40);
    std::string text =
        fmt::format("\n  {} {:>7} {:>10} {:>9}\n", reports::fitted("resource", width), "in use",
                    "waiting", "carries");
    for (std::size_t i = 0; i < std::min(kShown, resources.size()); ++i) {
        const reports::Resource& each = resources[i];
        text +=
            fmt::format("  {} {:>7} {:>10} {:>8.3g}x\n",
                        reports::fitted(reports::printable(each.node + " " + each.what), width),
                        percent_text(each.in_use), reports::brief(each.waiting_s), each.carries());
    }
    if (resources.size() > kShown) {
        text += fmt::format("  and {} more that are less in use\n", resources.size() - kShown);
    }
    return text +
           "  (waiting: of a request of that node, in its lines; carries: times today's "
           "load)\n\n";
}

std::string what_if(const Look& before, const Look& after) {
    const std::string fullest =
        after.resources.empty()
            ? ""
            : fmt::format("; then {}'s {} are the fullest, at {}", after.resources.front().node,
                          after.resources.front().what,
                          percent_text(after.resources.front().in_use));
    return fmt::format(
        "What if {}: availability {} -> {}, p99 {} -> {}, mean {} -> {}, served {}/s -> {}/s{}.",
        after.relieved, reports::percent(before.availability), reports::percent(after.availability),
        reports::brief(before.p99_s), reports::brief(after.p99_s), reports::brief(before.mean_s),
        reports::brief(after.mean_s), reports::brief_rate(before.throughput),
        reports::brief_rate(after.throughput), fullest);
}

spec::Json json_of(const Look& look) {
    spec::Json::List resources;
    for (const reports::Resource& each : look.resources) {
        spec::Json one;
        one.put("node", each.node);
        one.put("resource", each.what);
        one.put("in_use", each.in_use);
        one.put("waiting_s", each.waiting_s);
        one.put("carries", each.carries());
        resources.push_back(std::move(one));
    }
    spec::Json json;
    json.put("relieved", look.relieved.empty() ? spec::Json() : spec::Json(look.relieved));
    json.put("availability", look.availability);
    json.put("throughput_rps", look.throughput);
    json.put("mean_s", look.mean_s);
    json.put("p99_s", look.p99_s);
    json.put("resources", std::move(resources));
    return json;
}

void print(const ExplainOptions& options, const std::vector<Look>& looks) {
    const std::vector<std::string> sentences = reports::explain(looks.front().resources);
    if (options.format == "json") {
        spec::Json json;
        json.put("schema", "spate.explain/1");
        spec::Json::List said(sentences.begin(), sentences.end());
        json.put("sentences", std::move(said));
        spec::Json::List all;
        for (const Look& look : looks) all.push_back(json_of(look));
        json.put("looks", std::move(all));
        fmt::print("{}\n", spec::indented_text(json));
        return;
    }
    std::string text = ranking(looks.front().resources);
    for (const std::string& each : sentences) {
        text += reports::wrapped(reports::printable(each), "  ");
    }
    for (std::size_t i = 1; i < looks.size(); ++i) {
        text += reports::wrapped(reports::printable(what_if(looks[i - 1], looks[i])), "  ");
    }
    fmt::print("{}", text);
}

Look look_of(const reports::Summary& summary, std::string relieved) {
    Look look;
    look.relieved = std::move(relieved);
    look.resources = reports::resources_of(summary);
    look.availability = summary.availability;
    look.throughput = summary.throughput_rps;
    if (!summary.latency.empty()) {
        look.mean_s = summary.latency.mean_seconds();
        look.p99_s = sim::seconds(summary.latency.percentile(99));
    }
    return look;
}

// Plays the scenario, then again with more of what was full, on the same chance.
int explain_scenario(const ExplainOptions& options) {
    std::string problems;
    auto subject = subject_of(options.file, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return kWrong;
    }
    models::ScenarioSource& source = subject->source;
    source.overlays.insert(source.overlays.end(), options.overlays.begin(), options.overlays.end());
    source.sets.insert(source.sets.end(), options.sets.begin(), options.sets.end());
    if (!options.duration.empty()) source.sets.push_back("run.measure=" + options.duration);
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return kWrong;
    }
    if (const std::string why = why_too_large(*loaded.scenario); !why.empty()) {
        complain(why);
        return kWrong;
    }
    const Play how{1, !options.quiet && is_terminal(STDERR_FILENO)};
    Relieved next{*loaded.scenario, {}};
    std::vector<Look> looks;
    for (;;) {
        const Run run{&next.scenario, {options.seed, 0}};
        reports::Summary summary;
        const PlayEnd end = play({&run, 1}, how, [&](std::size_t, const sim::Recording& recording) {
            summary = reports::summarise({&recording, 1});
        });
        if (end != PlayEnd::whole) return complain_of(end);
        looks.push_back(look_of(summary, next.what));
        const std::vector<reports::Resource>& resources = looks.back().resources;
        const bool is_full = !resources.empty() && resources.front().in_use >= reports::kFull;
        if (!is_full || looks.size() > options.what_ifs) break;
        auto relieved = relieve(next.scenario, resources.front().node, kFactor);
        if (!relieved) break;
        next = std::move(*relieved);
    }
    print(options, looks);
    return kOk;
}

double number_in(const spec::Json& json, std::string_view pointer) {
    const spec::Json* const value = spec::find(json, pointer);
    if (value == nullptr) return 0;
    if (const auto* number = std::get_if<double>(&value->content)) return *number;
    if (const auto* number = std::get_if<std::uint64_t>(&value->content)) {
        return static_cast<double>(*number);
    }
    return 0;
}

// A node of a run.json, as far as its limits need.
reports::NodeSummary node_of(const std::string& name, const spec::Json& json) {
    reports::NodeSummary node;
    node.name = name;
    const auto count = [&](std::string_view outcome) {
        return static_cast<std::uint64_t>(number_in(json, fmt::format("/totals/{}", outcome)));
    };
    node.totals.offered = count("offered");
    node.totals.ended = {count("succeeded"), count("failed"), count("rejected"),
                         count("timed_out")};
    node.utilisation = number_in(json, "/utilisation");
    node.connections_in_use = number_in(json, "/connections_in_use");
    for (std::size_t i = 0; i < sim::kSpents; ++i) {
        node.spent_s[i] = number_in(json, fmt::format("/spent_s/{}", sim::kSpentNames[i]));
    }
    for (const spec::Member& member : *json.object()) {
        if (member.name.ends_with("_in_use") && member.name != "connections_in_use") {
            node.measures.push_back({member.name, "1", number_in(json, "/" + member.name)});
        }
    }
    return node;
}

// What a finished run wrote down; nothing is played.
int explain_run(const ExplainOptions& options, const std::string& file) {
    spec::Problems problems;
    const spec::Json json = spec::read_file(file, problems);
    const spec::Json* const nodes = json.find("nodes");
    if (problems.empty() && (nodes == nullptr || nodes->object() == nullptr)) {
        complain(fmt::format("{} is no run.json: it has no nodes", reports::printable(file)));
        return kWrong;
    }
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems.render());
        return kWrong;
    }
    reports::Summary summary;
    for (const spec::Member& node : *nodes->object()) {
        if (node.value.object() == nullptr) continue;
        summary.nodes.push_back(node_of(node.name, node.value));
    }
    summary.availability = number_in(json, "/totals/availability");
    summary.throughput_rps = number_in(json, "/totals/throughput_rps");
    Look look = look_of(summary, "");
    look.mean_s = number_in(json, "/latency_ms/mean") / 1e3;
    look.p99_s = number_in(json, "/latency_ms/p99") / 1e3;
    print(options, {look});
    return kOk;
}

int explain(const ExplainOptions& options) {
    std::error_code error;
    if (std::filesystem::is_directory(options.file, error)) {
        return explain_run(options, options.file + "/run.json");
    }
    if (std::filesystem::path(options.file).filename() == "run.json") {
        return explain_run(options, options.file);
    }
    return explain_scenario(options);
}

constexpr const char* kExplainFooter =
    "Resources are ranked by how much of them is in use. As long as requests ask for the same\n"
    "work, use grows with throughput: one that is 40 % in use carries 2.5 times the load, and\n"
    "the fullest is full first. Of a scenario, the fullest node is then given four times as much\n"
    "and played again on the same chance, which says what would limit the system next.\n"
    "\n"
    "  spate explain scenarios/stories/covid/monolith.json --duration 2min\n"
    "  spate explain out            (a folder that spate run --out wrote: nothing is played)";

}  // namespace

Command explain_command(CLI::App& program) {
    auto options = std::make_shared<ExplainOptions>();
    return CommandLine(program, "explain", "What limits a system, and what would limit it next")
        .place("FILE", options->file, "A scenario, a lab, or the folder of a run")
        .number("--what-if", options->what_ifs, 0, 20, "How often to relieve what is full; 0 never")
        .seed(options->seed)
        .duration(options->duration)
        .changes(options->sets, options->overlays)
        .format(options->format)
        .flag("--quiet", options->quiet, "No progress")
        .footer(kExplainFooter)
        .runs([options] { return explain(*options); });
}

}  // namespace tools
