// spate explain: what limits a system, what would limit it next, and what relief would do.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "models/spec/documents/source_file.h"
#include "models/spec/json/json_text.h"
#include "reports/diagnosis/diagnosis.h"
#include "reports/render/comparison_text.h"
#include "reports/render/diagnosis_json.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/guard.h"
#include "tools/manifest.h"
#include "tools/relief.h"
#include "tools/subject.h"

namespace tools {

namespace {

namespace spec = models::spec;
using OrderedJson = nlohmann::ordered_json;

constexpr std::uint32_t kFactor = 4;

struct ExplainOptions {
    SubjectArguments wanted;
    std::string duration;
    std::uint64_t seed = 42;
    std::uint32_t what_ifs = 2;
    std::string format = "text";
    bool quiet = false;
};

// One look at the system: as it is, or after the fullest node of the look before was relieved.
struct RelievedSystem {
    std::string relieved;  // what was changed
    reports::Diagnosis diagnosis;
    double availability = 1;
    double throughput = 0;
    double mean_s = 0;
    sim::RankedLatency p99;
};

std::string percent_text(double value) {
    return fmt::format("{:.0f} %", value * 100);
}

std::string label_of(const reports::ResourceUse& use) {
    return reports::printable(use.node + " " + use.name);
}

std::string ranking(const std::vector<reports::ResourceUse>& resources) {
    constexpr std::size_t kShown = 12;
    std::size_t width = 8;
    for (const reports::ResourceUse& each : resources) {
        width = std::max(width, reports::width_of(label_of(each)));
    }
    width = std::min<std::size_t>(width, 40);
    std::string text =
        fmt::format("\n  {} {:>7} {:>7} {:>9} {:>10} {:>9}\n", reports::fitted("resource", width),
                    "in use", "full", "refused", "waiting", "carries");
    for (std::size_t i = 0; i < std::min(kShown, resources.size()); ++i) {
        const reports::ResourceUse& each = resources[i];
        const bool has_size = each.size > 0;
        text += fmt::format(
            "  {} {:>7} {:>7} {:>9} {:>10} {:>9}\n", reports::fitted(label_of(each), width),
            has_size ? percent_text(each.share()) : "-", percent_text(each.full),
            each.refused > 0 ? reports::grouped(static_cast<std::uint64_t>(each.refused)) : "-",
            reports::brief(each.waiting_s),
            has_size ? fmt::format("{:.3g}x", each.carries()) : "-");
    }
    if (resources.size() > kShown) {
        text += fmt::format("  and {} more that are less in use\n", resources.size() - kShown);
    }
    return text +
           "  (full: share of the time in which all was in use; waiting: of a request of that\n"
           "   node, for it; carries: times today's load)\n\n";
}

// Of what is at fault: what it is, and what frees it.
std::vector<std::string> about(const reports::Diagnosis& diagnosis) {
    std::vector<std::string> lines;
    for (const reports::RootCause& each : diagnosis.findings) {
        if (!each.resource || each.resource->doc.empty()) continue;
        const reports::ResourceUse& use = *each.resource;
        std::string line = fmt::format("{} {}: {} Freed by: {}", reports::possessive(use.node),
                                       use.name, use.doc, use.freed);
        if (std::ranges::find(lines, line) == lines.end()) lines.push_back(std::move(line));
    }
    return lines;
}

std::string what_if(const RelievedSystem& before, const RelievedSystem& after) {
    const auto& resources = after.diagnosis.resources;
    const std::string fullest =
        resources.empty()
            ? ""
            : fmt::format("; then {} {} are the fullest, at {}",
                          reports::possessive(resources.front().node), resources.front().name,
                          percent_text(resources.front().share()));
    return fmt::format(
        "What if {}: availability {} -> {}, p99 {} -> {}, mean of successes {} -> {}, served {}/s "
        "-> {}/s{}.",
        after.relieved, reports::percent(before.availability), reports::percent(after.availability),
        reports::in_full(before.p99), reports::in_full(after.p99), reports::brief(before.mean_s),
        reports::brief(after.mean_s), reports::brief_rate(before.throughput),
        reports::brief_rate(after.throughput), fullest);
}

OrderedJson json_of(const RelievedSystem& system) {
    OrderedJson json = {
        {"relieved", system.relieved.empty() ? OrderedJson(nullptr) : OrderedJson(system.relieved)},
        {"availability", system.availability},
        {"throughput_rps", system.throughput},
        {"mean_s", system.mean_s},
        {"p99_s",
         system.p99.failed ? OrderedJson(nullptr) : OrderedJson(sim::seconds(system.p99.time))},
        {"p99_failed_after_s",
         system.p99.failed ? OrderedJson(sim::seconds(system.p99.time)) : OrderedJson(nullptr)}};
    json.update(reports::diagnosis_json(system.diagnosis));
    return json;
}

// Of several guards the one that leaves most users their answer.
std::string best_guard(const RelievedSystem& before, const std::vector<RelievedSystem>& guarded) {
    const auto best = std::ranges::max_element(
        guarded, {}, [](const RelievedSystem& each) { return each.availability; });
    if (best == guarded.end() || best->availability <= before.availability) return "";
    return fmt::format(
        "Of these guards it is {} that keeps most of it away: availability {} -> {}.",
        best->relieved, reports::percent(before.availability),
        reports::percent(best->availability));
}

void print(const ExplainOptions& options, const std::vector<RelievedSystem>& looks,
           const std::vector<RelievedSystem>& guarded = {}) {
    const std::vector<std::string>& sentences = looks.front().diagnosis.sentences;
    if (options.format == "json") {
        OrderedJson all = OrderedJson::array();
        for (const RelievedSystem& system : looks) all.push_back(json_of(system));
        OrderedJson guards = OrderedJson::array();
        for (const RelievedSystem& system : guarded) guards.push_back(json_of(system));
        const OrderedJson json = {{"schema", "spate.explain/1"},
                                  {"sentences", sentences},
                                  {"looks", std::move(all)},
                                  {"guards", std::move(guards)}};
        fmt::print("{}\n", json.dump(2, ' ', false, OrderedJson::error_handler_t::replace));
        return;
    }
    std::string text = ranking(looks.front().diagnosis.resources);
    for (const std::string& each : sentences) {
        text += reports::wrapped(reports::printable(each), "  ");
    }
    for (const std::string& each : about(looks.front().diagnosis)) {
        text += reports::wrapped(reports::printable(each), "  ");
    }
    for (std::size_t i = 1; i < looks.size(); ++i) {
        text += reports::wrapped(reports::printable(what_if(looks[i - 1], looks[i])), "  ");
    }
    for (const RelievedSystem& each : guarded) {
        text += reports::wrapped(reports::printable(what_if(looks.front(), each)), "  ");
    }
    const std::string best = best_guard(looks.front(), guarded);
    if (!best.empty()) text += reports::wrapped(reports::printable(best), "  ");
    fmt::print("{}", text);
}

RelievedSystem look_of(const reports::Summary& summary, std::string relieved) {
    RelievedSystem system;
    system.relieved = std::move(relieved);
    system.diagnosis = summary.diagnosis;
    system.availability = summary.availability;
    system.throughput = summary.throughput_rps;
    if (!summary.latency.empty()) {
        system.mean_s = summary.latency.succeeded.mean_seconds();
        system.p99 = summary.latency.percentile(99);
    }
    return system;
}

// The scenario that is explained, as it is and with changes of it, all on the same chance.
class Explained {
public:
    Explained(const ExplainOptions& options, LoadedSubject found)
        : options_(options),
          source_(std::move(found.subject.source)),
          scenario_(std::move(*found.loaded.scenario)) {}

    const models::Scenario& scenario() const { return scenario_; }

    PlayEnd look(const models::Scenario& scenario, std::string changed,
                 std::vector<RelievedSystem>& looks) const {
        const Play how{1, !options_.quiet && is_terminal(STDERR_FILENO)};
        const Run run{&scenario, {options_.seed, 0}};
        reports::Summary summary;
        const PlayEnd end = play({&run, 1}, how, [&](std::size_t, const sim::Recording& recording) {
            summary = reports::summarise({&recording, 1});
        });
        if (end == PlayEnd::whole) looks.push_back(look_of(summary, std::move(changed)));
        return end;
    }
    // Null when it cannot be loaded so.
    std::optional<models::Scenario> with(const std::vector<std::string>& sets) const {
        models::ScenarioSource source = source_;
        source.sets.insert(source.sets.end(), sets.begin(), sets.end());
        models::Loaded loaded = models::load(source);
        if (!loaded.scenario) return std::nullopt;
        return std::move(*loaded.scenario);
    }

private:
    const ExplainOptions& options_;
    models::ScenarioSource source_;
    models::Scenario scenario_;
};

// Again and again with more of what was full.
PlayEnd relieve(const Explained& explained, std::uint32_t times,
                std::vector<RelievedSystem>& looks) {
    std::vector<std::string> sets;
    std::optional<models::Scenario> relieved;
    while (looks.size() <= times) {
        const auto& findings = looks.back().diagnosis.findings;
        if (findings.empty() || !findings.front().resource) break;
        const models::Scenario& now = relieved ? *relieved : explained.scenario();
        const auto relief = relief_of(now, *findings.front().resource, kFactor);
        if (!relief) break;
        sets.push_back(relief->set);
        relieved = explained.with(sets);
        if (!relieved) break;
        const PlayEnd end = explained.look(*relieved, relief->what, looks);
        if (end != PlayEnd::whole) return end;
    }
    return PlayEnd::whole;
}

// A guard at a time, where several nodes filled up one after another.
PlayEnd guard(const Explained& explained, const reports::Diagnosis& diagnosis,
              std::vector<RelievedSystem>& guarded) {
    if (diagnosis.findings.empty()) return PlayEnd::whole;
    for (const Guard& each : guards_of(explained.scenario(), diagnosis.findings.front())) {
        const auto scenario = explained.with(each.sets);
        if (!scenario) continue;
        const PlayEnd end = explained.look(*scenario, each.what, guarded);
        if (end != PlayEnd::whole) return end;
    }
    return PlayEnd::whole;
}

// Plays the scenario, then again with more of what was full, then with guards.
int explain_scenario(const ExplainOptions& options) {
    SubjectArguments wanted = options.wanted;
    if (!options.duration.empty()) wanted.sets.push_back("run.measure=" + options.duration);
    auto found = load_subject(wanted);
    if (!found) return kWrong;
    const Explained explained(options, std::move(*found));
    if (const std::string why = why_too_large(explained.scenario()); !why.empty()) {
        complain(why);
        return kWrong;
    }
    std::vector<RelievedSystem> looks;
    std::vector<RelievedSystem> guarded;
    PlayEnd end = explained.look(explained.scenario(), "", looks);
    if (end == PlayEnd::whole) end = relieve(explained, options.what_ifs, looks);
    if (end == PlayEnd::whole && options.what_ifs > 0) {
        end = guard(explained, looks.front().diagnosis, guarded);
    }
    if (end != PlayEnd::whole) return complain_of(end);
    print(options, looks, guarded);
    return kOk;
}

// What a finished run wrote down; nothing is played.
int explain_run(const ExplainOptions& options, const std::string& file) {
    const std::string folder = std::filesystem::path(file).parent_path().string();
    if (const std::string why = why_mixed(folder.empty() ? "." : folder, "run.json");
        !why.empty()) {
        complain(why);
        return kWrong;
    }
    spec::Problems problems;
    const spec::Json read = spec::read_file(file, problems);
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems.render());
        return kWrong;
    }
    const OrderedJson json = OrderedJson::parse(spec::indented_text(read), nullptr, false);
    if (!json.is_object() || !json.contains("diagnosis") || !json["diagnosis"].is_object()) {
        complain(fmt::format("{} is no run.json: it has no diagnosis", reports::printable(file)));
        return kWrong;
    }
    RelievedSystem system;
    system.diagnosis = reports::read_diagnosis(json["diagnosis"]);
    const auto number = [&](const char* pointer, double scale) {
        const OrderedJson::json_pointer at(pointer);
        return json.contains(at) && json[at].is_number() ? json[at].get<double>() * scale : 0;
    };
    system.availability = number("/totals/availability", 1);
    system.throughput = number("/totals/throughput_rps", 1);
    system.mean_s = number("/latency_ms/mean", 1e-3);
    const double failed_after_s = number("/latency_ms/failed_after/p99", 1e-3);
    system.p99 = {
        sim::from_seconds(failed_after_s > 0 ? failed_after_s : number("/latency_ms/p99", 1e-3)),
        failed_after_s > 0};
    print(options, {system});
    return kOk;
}

int explain(const ExplainOptions& options) {
    std::error_code error;
    if (std::filesystem::is_directory(options.wanted.file, error)) {
        return explain_run(options, options.wanted.file + "/run.json");
    }
    if (std::filesystem::path(options.wanted.file).filename() == "run.json") {
        return explain_run(options, options.wanted.file);
    }
    return explain_scenario(options);
}

constexpr const char* kExplainFooter =
    "Looks at the windows of time in which requests failed or were slow, begins with what users\n"
    "saw, and follows who waits for whom down to the deepest resource that was full. As long as\n"
    "requests ask for the same work, use grows with throughput: a resource that is 40 % in use\n"
    "carries 2.5 times the load. Of a scenario, the resource that limits it is then made four\n"
    "times as large and played again on the same chance. Where several nodes filled up one after\n"
    "another, each call between them gets a bulkhead, one at a time: the guard that would have\n"
    "stopped the cascade.\n"
    "\n"
    "  spate explain scenarios/stories/covid/march.json --duration 2min\n"
    "  spate explain out            (a folder that spate run --out wrote: nothing is played)";

}  // namespace

Command explain_command(CLI::App& program) {
    auto options = std::make_shared<ExplainOptions>();
    return CommandLine(program, "explain", "What limits a system, and what would limit it next")
        .subject(options->wanted, "A scenario, a lab or its row, or the folder of a run")
        .number("--what-if", options->what_ifs, 0, 20, "How often to relieve what is full; 0 never")
        .seed(options->seed)
        .duration(options->duration)
        .changes(options->wanted.sets, options->wanted.overlays)
        .format(options->format)
        .flag("--quiet", options->quiet, "No progress")
        .footer(kExplainFooter)
        .runs([options] { return explain(*options); });
}

}  // namespace tools
