// spate analyze: what theory says of a scenario, before a single request is played.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/spec/json/json_text.h"
#include "reports/render/comparison_text.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/subject.h"
#include "tools/theory.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct AnalyzeOptions {
    Wanted wanted;
    std::string format = "text";
};

std::string time(double seconds) {
    return std::isfinite(seconds) ? reports::brief(seconds) : "for ever";
}

std::string share(double value) {
    return value > 0 ? fmt::format("{:.0f}%", value * 100) : "-";
}

// "5.26 ms", or from the shared line to each its own.
std::string between(double shared, double alone) {
    const std::string low = time(shared);
    const std::string high = time(alone);
    return low == high ? low : low + " to " + high;
}

// What limits a node beside its cores and its threads or connections.
std::string others(const Theory& theory) {
    std::size_t width = 8;
    std::vector<std::pair<std::string, const ResourceTheory*>> rows;
    for (const NodeTheory& node : theory.nodes) {
        for (const ResourceTheory& each : node.resources) {
            if (each.name == "cores" || each.name == node.slots_name) continue;
            rows.emplace_back(reports::printable(node.name + " " + each.name), &each);
            width = std::max(width, reports::width_of(rows.back().first));
        }
    }
    if (rows.empty()) return "";
    width = std::min<std::size_t>(width, 40);
    std::string text = fmt::format("  {} {:>6} {:>8}  {}\n", reports::fitted("also", width),
                                   "in use", "of", "waits for it");
    for (const auto& [name, each] : rows) {
        text += fmt::format("  {} {:>6} {:>8.4g}  {}\n", reports::fitted(name, width),
                            share(each->share()), each->size,
                            each->is_served ? time(each->wait_s) : "-");
    }
    return text + "\n";
}

std::string table(const Theory& theory) {
    std::size_t width = 4;
    for (const NodeTheory& node : theory.nodes) {
        width = std::max(width, reports::width_of(reports::printable(node.name)));
    }
    width = std::min<std::size_t>(width, 24);
    std::string text =
        fmt::format("\n  {} {:<10} {:>8} {:>9} {:>6} {:>6}  {}\n", reports::fitted("node", width),
                    "kind", "calls/s", "core time", "busy", "pool", "waits for a core");
    for (const NodeTheory& node : theory.nodes) {
        text +=
            fmt::format("  {} {} {:>8} {:>9} {:>6} {:>6}  {}\n",
                        reports::fitted(reports::printable(node.name), width),
                        reports::fitted(node.kind, 10), reports::brief_rate(node.calls_per_s),
                        node.cores_busy > 0 ? reports::brief(node.core_s) : "-",
                        share(node.cores_busy), share(node.slots_in_use),
                        node.cores_busy > 0 ? between(node.wait_shared_s, node.wait_alone_s) : "-");
    }
    return text +
           "  (pool: threads or connections in use when nobody waits; waits: M/G/c, all cores in "
           "one\n   line to each instance by itself)\n\n" +
           others(theory);
}

std::string fullness(const NodeTheory& node) {
    return fmt::format("{}'s {} at {:.0f} %", node.name, node.resources.front().name,
                       node.fullest() * 100);
}

// Where all wait for answers, mean-value analysis says it, and not a rate that they never keep up.
std::string with_queues(const Theory& theory) {
    if (theory.waiting && theory.all_wait) return "";
    return ", " + between(theory.response_shared_s, theory.response_alone_s) + " with queues";
}

std::string of_waiting(const Theory& theory) {
    const Theory::Waiting& waiting = *theory.waiting;
    return fmt::format(
        "Those who wait for answers get {}/s, and wait {} on average: then {}'s {} {} {:.0f} % "
        "busy "
        "(mean-value analysis; no timeouts, no retries).",
        reports::brief_rate(waiting.throughput_per_s), time(waiting.response_s), waiting.node,
        waiting.resource, waiting.resource.ends_with('s') ? "are" : "is", waiting.busy * 100);
}

std::vector<std::string> sentences_of(const Theory& theory) {
    std::vector<std::string> sentences;
    const NodeTheory* const first = theory.bottleneck();
    if (first == nullptr) {
        sentences.push_back("Nothing here has a limit that theory can see.");
    } else if (first->fullest() >= 1) {
        sentences.push_back(fmt::format(
            "It drowns: {}. It carries {:.3g}x this load, {}/s.", fullness(*first),
            theory.carries(), reports::brief_rate(theory.offered_per_s * theory.carries())));
    } else {
        sentences.push_back(fmt::format(
            "Full first: {}. It carries {:.3g}x this load, {}/s.", fullness(*first),
            theory.carries(), reports::brief_rate(theory.offered_per_s * theory.carries())));
    }
    if (const NodeTheory* const next = theory.next()) {
        sentences.push_back(
            fmt::format("Next: {}, full at {:.3g}x.", fullness(*next), 1 / next->fullest()));
    }
    sentences.push_back(fmt::format("Users wait {} on average when nobody is in their way{}.",
                                    time(theory.response_s), with_queues(theory)));
    if (theory.waiting) sentences.push_back(of_waiting(theory));
    sentences.push_back(
        fmt::format("At most {} of requests succeed.", reports::percent(theory.most_succeed())));
    sentences.push_back(fmt::format("Cost: ${} a month.", reports::grouped(theory.usd_per_month)));
    return sentences;
}

spec::Json number(double value) {
    return std::isfinite(value) ? spec::Json(value) : spec::Json();
}

spec::Json resources_json(const NodeTheory& node) {
    spec::Json all{spec::Json::Object{}};
    for (const ResourceTheory& each : node.resources) {
        spec::Json one;
        one.put("size", each.size);
        one.put("in_use", each.in_use);
        one.put("share", each.share());
        if (each.is_served) one.put("wait_s", number(each.wait_s));
        all.put(each.name, std::move(one));
    }
    return all;
}

// What is full first: "threads".
spec::Json resource_json(const NodeTheory* node) {
    return node == nullptr ? spec::Json() : spec::Json(node->resources.front().name);
}

spec::Json json_of(const Theory& theory, const std::vector<std::string>& warnings) {
    spec::Json json;
    json.put("schema", "spate.analyze/1");
    json.put("notes", spec::Json::List(theory.notes.begin(), theory.notes.end()));
    json.put("offered_rps", theory.offered_per_s);
    json.put("response_s", number(theory.response_s));
    json.put("response_shared_line_s", number(theory.response_shared_s));
    json.put("response_own_lines_s", number(theory.response_alone_s));
    if (theory.waiting) {
        spec::Json waiting;
        waiting.put("throughput_rps", theory.waiting->throughput_per_s);
        waiting.put("response_s", number(theory.waiting->response_s));
        waiting.put("busiest", theory.waiting->node);
        waiting.put("resource", theory.waiting->resource);
        waiting.put("cores_busy", theory.waiting->busy);
        json.put("who_wait_for_answers", std::move(waiting));
    }
    json.put("availability_at_most", theory.most_succeed());
    json.put("cost_usd_per_month", theory.usd_per_month);
    json.put("carries", number(theory.carries()));
    const NodeTheory* const first = theory.bottleneck();
    const NodeTheory* const next = theory.next();
    json.put("bottleneck", first == nullptr ? spec::Json() : spec::Json(first->name));
    json.put("bottleneck_resource", resource_json(first));
    json.put("next", next == nullptr ? spec::Json() : spec::Json(next->name));
    spec::Json nodes{spec::Json::Object{}};
    for (const NodeTheory& node : theory.nodes) {
        spec::Json one;
        one.put("kind", node.kind);
        one.put("instances", static_cast<double>(node.instances));
        one.put("calls_per_s", node.calls_per_s);
        one.put("core_s", node.core_s);
        one.put("cores_busy", node.cores_busy);
        one.put("slots", node.slots_name.empty() ? spec::Json() : spec::Json(node.slots_name));
        one.put("slots_in_use", node.slots_in_use);
        one.put("core_time_variation", node.variation);
        one.put("wait_shared_line_s", number(node.wait_shared_s));
        one.put("wait_own_lines_s", number(node.wait_alone_s));
        one.put("cost_usd_per_month", node.usd_per_month);
        one.put("resources", resources_json(node));
        nodes.put(node.name, std::move(one));
    }
    json.put("nodes", std::move(nodes));
    json.put("warnings", spec::Json::List(warnings.begin(), warnings.end()));
    return json;
}

int analyze(const AnalyzeOptions& options) {
    const auto found = load_subject(options.wanted);
    if (!found) return kWrong;
    const models::Loaded& loaded = found->loaded;
    const Theory theory = theory_of(*loaded.scenario);
    if (options.format == "json") {
        fmt::print("{}\n", spec::indented_text(json_of(theory, loaded.warnings)));
        return kOk;
    }
    const std::string& name = loaded.scenario->name;
    std::string text =
        fmt::format("{}\nat its highest rate, {}/s\n",
                    reports::printable(name.empty() ? found->subject.source.file : name),
                    reports::brief_rate(theory.offered_per_s));
    if (!theory.notes.empty()) text += "\n  What is left out, or reckoned as if:\n";
    for (const std::string& each : theory.notes) {
        text += reports::wrapped("- " + reports::printable(each), "  ");
    }
    text += table(theory);
    for (const std::string& each : sentences_of(theory)) {
        text += reports::wrapped(reports::printable(each), "  ");
    }
    for (const std::string& each : loaded.warnings) {
        text += reports::wrapped(reports::printable(each) + ".", "  ");
    }
    fmt::print("{}", text);
    return kOk;
}

constexpr const char* kAnalyzeFooter =
    "Rates and mean demands follow the calls through the specs; the rest is the utilisation law,\n"
    "Little's law, M/M/c and M/G/1, and mean-value analysis for users who wait for answers. What "
    "it leaves\n"
    "out, it says. Play the scenario to see what theory cannot.\n"
    "\n"
    "  spate analyze scenarios/models/nodes/pool.json\n"
    "  spate analyze shop.json --set nodes.web.replicas=20";

}  // namespace

Command analyze_command(CLI::App& program) {
    auto options = std::make_shared<AnalyzeOptions>();
    return CommandLine(program, "analyze", "What theory says, before anything is played")
        .subject(options->wanted)
        .changes(options->wanted.sets, options->wanted.overlays)
        .format(options->format)
        .footer(kAnalyzeFooter)
        .runs([options] { return analyze(*options); });
}

}  // namespace tools
