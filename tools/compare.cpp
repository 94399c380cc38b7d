// spate compare: variants of a system on the same chance, and what differs beyond chance.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"
#include "reports/render/comparison_json.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/experiment.h"
#include "tools/pictures.h"
#include "tools/precision.h"
#include "tools/warm_up.h"

namespace tools {

namespace {

struct CompareOptions {
    ExperimentAsked asked;
    std::uint32_t most_replications = 100;
    std::string precision;
    std::string baseline;
};

struct CheckedCompare {
    Experiment experiment;
    std::size_t baseline = 0;
    std::optional<double> precision;
};

void check_baseline(const CompareOptions& options, CheckedCompare& checked,
                    ReportedProblems& told) {
    if (options.baseline.empty()) return;
    const auto& each = checked.experiment.variants.each;
    const auto found = std::ranges::find(each, options.baseline, &LoadedVariant::name);
    checked.baseline = static_cast<std::size_t>(found - each.begin());
    if (found != each.end()) return;
    std::vector<std::string_view> names;
    for (const LoadedVariant& variant : each) names.push_back(variant.name);
    told.add(fmt::format("spate: there is no variant {} to be the baseline\n    {}\n",
                         models::spec::in_quotes(options.baseline),
                         models::spec::did_you_mean(options.baseline, names, "there are:")));
}

std::optional<CheckedCompare> check(const CompareOptions& options) {
    ReportedProblems told;
    CheckedCompare checked;
    if (!options.precision.empty()) {
        checked.precision = precision_of(options.precision);
        if (!checked.precision) {
            told.add(fmt::format("spate: --precision {}: expected a share above 0, as in 2%\n",
                                 models::spec::in_quotes(options.precision)));
        }
    }
    if (auto experiment = prepare(options.asked, told)) {
        checked.experiment = std::move(*experiment);
        check_baseline(options, checked, told);
    }
    if (told.text().empty()) return checked;
    fmt::print(stderr, "{}", told.text());
    return std::nullopt;
}

// The node whose balancer is varied: its machines are those that are looked at.
std::string varied_node(const Variants& variants) {
    for (const Variation& each : variants.each.front().varied) {
        constexpr std::string_view kNodes = "nodes.";
        if (!each.path.starts_with(kNodes)) continue;
        const std::string rest = each.path.substr(kNodes.size());
        return rest.substr(0, rest.find('.'));
    }
    return {};
}

int write(const CompareOptions& options, const reports::ComparisonInfo& info,
          const reports::Comparison& comparison) {
    const std::string json = reports::comparison_json(info, comparison);
    if (!options.asked.out.empty() &&
        !write_folder(options.asked.out, "compare", json, reports::comparison_csv(comparison))) {
        return kFailed;
    }
    if (options.asked.wants_json()) {
        fmt::print("{}", json);
    } else if (!options.asked.quiet) {
        fmt::print("{}",
                   reports::comparison_text(info, comparison,
                                            wants_colour(options.asked.no_colour, STDOUT_FILENO)));
        if (!options.asked.out.empty()) {
            fmt::print("\n  written: {0}/report.html, {0}/compare.json\n",
                       reports::printable(options.asked.out));
        }
    }
    const bool all_held = std::ranges::all_of(
        comparison.variants,
        [](const reports::Variant& variant) { return reports::broken_of(variant).empty(); });
    return all_held ? kOk : kCrossed;
}

int compare(const CompareOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<CheckedCompare> checked = check(options);
    if (!checked) return kWrong;
    Experiment& experiment = checked->experiment;
    reports::ComparisonInfo info = info_of(options.asked, experiment.variants);
    if (options.asked.warm_up == "auto") {
        const WarmUpEnd end = cut_warm_up(experiment.variants, options.asked.replicas);
        if (end.play != PlayEnd::whole) return complain_of(end.play);
        info.notes.push_back(end.note);
    }
    ReplicasAsked asked = options.asked.replicas;
    asked.balanced = varied_node(experiment.variants);
    StoppedRuns stopped;
    asked.play.partial = &stopped;
    Replicas replicas(experiment.variants.each, experiment.figures, experiment.expected, asked);
    PlayEnd end;
    if (checked->precision) {
        const PrecisionEnd known =
            play_to_precision(replicas, {experiment.metrics.front(), *checked->precision,
                                         options.asked.replications, options.most_replications});
        end = known.play;
        if (end == PlayEnd::whole) info.notes.push_back(known.note);
    } else {
        end = replicas.play_up_to(options.asked.replications);
    }
    if (end != PlayEnd::whole) {
        const auto note = told_of_fewer(replicas, end, stopped);
        if (!note) return kFailed;
        info.notes.push_back(*note);
    }
    if (is_any_out_of_room(replicas, experiment.variants)) return kFailed;
    const reports::Comparison comparison =
        reports::compare({experiment.figures, experiment.metrics, names_of(experiment.variants),
                          replicas.samples(), checked->baseline});
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    info.wall_s = wall.count();
    const int exit = write(options, info, comparison);
    return end == PlayEnd::whole ? exit : int{kFailed};
}

constexpr const char* kCompareFooter =
    "Replication n of every variant has the same seed, so the same users ask for the same\n"
    "things at the same times (common random numbers); only what the system makes of them\n"
    "differs. A difference is claimed when the 95 % t-interval over the pairs leaves out zero.\n"
    "\n"
    "--vary PATH=a,b,c takes values as --set does, whole objects, and ranges: 1..8, 10..50:5\n"
    "(steps), 1..64*2 (factors), 1ms..1s*/7 (so many). PATH=all is every member of a family.\n"
    "Several --vary are combined. FILE may be a lab: its scenario, and what it varies.\n"
    "\n"
    "Exit: 0 ran and every expectation held, 99 a variant crossed one, 2 something is wrong\n"
    "with the command line or a scenario, 1 anything else.\n"
    "\n"
    "  spate compare shop.json --vary nodes.front.balancer=all\n"
    "  spate compare shop.json --vary nodes.web.replicas=4,8,16 --precision 2%\n"
    "  spate compare shop.json --vary nodes.front.balancer=random,'{\"kind\": \"least_request\", "
    "\"choices\": 3}'\n"
    "  spate compare before.json after.json --metric 'p(99)' --metric db.utilisation --out out";

}  // namespace

Command compare_command(CLI::App& program) {
    auto options = std::make_shared<CompareOptions>();
    CommandLine line(program, "compare", "Play variants on the same chance, and say what differs");
    line.places("FILE", options->asked.variants.files, "Scenarios or labs; - reads standard input")
        .texts("--vary", options->asked.variants.vary, "PATH=a,b,c or PATH=all: a variant each")
        .text("--baseline", options->baseline, "The variant to compare with (the first)")
        .text("--precision", options->precision,
              "More replications until the metric is known to within this, as 2%")
        .number("--max-replications", options->most_replications, 2, 100'000,
                "With --precision, at most");
    add_options(line, options->asked);
    return line.footer(kCompareFooter).runs([options] {
        return get_ready(options->asked) ? compare(*options) : int{kWrong};
    });
}

}  // namespace tools
