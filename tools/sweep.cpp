// spate sweep: figures over a range of values, or the value at which a goal begins to be met.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "reports/render/comparison_json.h"
#include "reports/render/sweep_text.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/experiment.h"
#include "tools/goal_search.h"
#include "tools/pictures.h"
#include "tools/warm_up.h"

namespace tools {

namespace {

struct SweepOptions {
    ExperimentAsked asked;
    std::uint32_t most_replications = 40;
    std::string goal;
};

struct CheckedSweep {
    Experiment experiment;
    std::optional<reports::Goal> goal;
};

void check_goal(const SweepOptions& options, CheckedSweep& checked, ReportedProblems& told) {
    if (options.goal.empty()) return;
    std::string problems;
    const auto statement =
        parse_statement_of(options.goal, "--goal", checked.experiment.all_words, problems);
    told.add(problems);
    if (!statement) return;
    checked.goal = reports::add_goal(*statement, checked.experiment.figures);
    if (!checked.goal) {
        told.add(fmt::format(
            "spate: --goal {}: expected comparisons joined by \"and\"\n    as in \"p(99) < 200ms "
            "and availability >= 99.9%\"\n",
            reports::printable(options.goal)));
    }
}

std::optional<CheckedSweep> check(const SweepOptions& options) {
    ReportedProblems told;
    CheckedSweep checked;
    if (auto experiment = prepare(options.asked, told)) {
        checked.experiment = std::move(*experiment);
        check_goal(options, checked, told);
    }
    if (!options.goal.empty() && options.asked.replications < 2) {
        told.add("spate: --goal needs at least two replications of a value\n");
    }
    if (told.text().empty()) return checked;
    fmt::print(stderr, "{}", told.text());
    return std::nullopt;
}

// What was played, of all that could have been.
struct PointOutcome {
    reports::ComparisonInfo info;
    reports::Comparison comparison;
};

PointOutcome outcome_of(const SweepOptions& options, const Experiment& experiment,
                        const Replicas& replicas, const std::vector<std::size_t>& played) {
    PointOutcome outcome;
    outcome.info = info_of(options.asked, experiment.variants);
    const std::vector<reports::ComparisonInfo::Variant> all = std::move(outcome.info.variants);
    outcome.info.variants.clear();
    reports::Played part{experiment.figures, experiment.metrics, {}, {}, 0};
    for (const std::size_t variant : played) {
        outcome.info.variants.push_back(all[variant]);
        part.names.push_back(experiment.variants.each[variant].name);
        part.samples.push_back(replicas.samples()[variant]);
    }
    outcome.comparison = reports::compare(std::move(part));
    return outcome;
}

int write(const SweepOptions& options, const PointOutcome& outcome,
          const reports::GoalResult* goal) {
    const ExperimentAsked& asked = options.asked;
    const std::string json = reports::sweep_json(outcome.info, outcome.comparison, goal);
    if (!asked.out.empty() &&
        !write_folder(asked.out, "sweep", json, reports::comparison_csv(outcome.comparison))) {
        return kFailed;
    }
    if (asked.wants_json()) {
        fmt::print("{}", json);
    } else if (!asked.quiet) {
        fmt::print("{}", reports::sweep_text(outcome.info, outcome.comparison, goal,
                                             wants_colour(asked.no_colour, STDOUT_FILENO)));
        if (!asked.out.empty()) {
            fmt::print("\n  written: {0}/report.html, {0}/sweep.json\n",
                       reports::printable(asked.out));
        }
    }
    // A search goes through values that cross what is expected; only its end counts.
    if (goal != nullptr) {
        return std::ranges::all_of(goal->answers,
                                   [](const auto& answer) { return answer.found.has_value(); })
                   ? kOk
                   : kCrossed;
    }
    return std::ranges::all_of(
               outcome.comparison.variants,
               [](const reports::Variant& variant) { return reports::broken_of(variant).empty(); })
               ? kOk
               : kCrossed;
}

int sweep(const SweepOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<CheckedSweep> checked = check(options);
    if (!checked) return kWrong;
    Experiment& experiment = checked->experiment;
    std::string warm_up_note;
    if (options.asked.warm_up == "auto") {
        const WarmUpEnd end = cut_warm_up(experiment.variants, options.asked.replicas);
        if (end.play != PlayEnd::whole) return complain_of(end.play);
        warm_up_note = end.note;
    }
    ReplicasAsked asked = options.asked.replicas;
    StoppedRuns stopped;
    if (!checked->goal) asked.play.partial = &stopped;
    Replicas replicas(experiment.variants.each, experiment.figures, experiment.expected, asked);
    SearchEnd end;
    if (checked->goal) {
        end = search(replicas, experiment.variants,
                     {*checked->goal, options.asked.replications,
                      std::max(options.most_replications, options.asked.replications)});
    } else {
        end.play = replicas.play_up_to(options.asked.replications);
        for (std::size_t i = 0; i < experiment.variants.each.size(); ++i) end.played.push_back(i);
    }
    std::optional<std::string> partial;
    if (end.play != PlayEnd::whole) {
        if (checked->goal) return complain_of(end.play);
        partial = told_of_fewer(replicas, end.play, stopped);
        if (!partial) return kFailed;
    }
    if (!checked->goal && is_any_out_of_room(replicas, experiment.variants)) return kFailed;
    PointOutcome outcome = outcome_of(options, experiment, replicas, end.played);
    if (!warm_up_note.empty()) outcome.info.notes.push_back(warm_up_note);
    if (partial) outcome.info.notes.push_back(*partial);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    outcome.info.wall_s = wall.count();
    const int exit = write(options, outcome, checked->goal ? &end.result : nullptr);
    return partial ? int{kFailed} : exit;
}

constexpr const char* kSweepFooter =
    "Ranges: 1..8 (whole numbers), 10..50:5 (steps), 1..64*2 (factors), 100/s..1000/s/10 (so\n"
    "many, evenly), 1ms..1s*/7 (so many, by equal factors). Lists, and all of a family, too.\n"
    "Several --vary make a grid; with two, the metric is shown as one.\n"
    "\n"
    "--goal searches the axis varied last, by bisection, once for each combination of the\n"
    "others: from the side that misses the goal to the first value that is shown to meet it. A\n"
    "value is decided from replications, and 95 % is the confidence in all decisions together.\n"
    "\n"
    "Exit: 0 done, and every expectation held or the goal was found; 99 one was crossed, or no\n"
    "value meets the goal; 2 something is wrong with the command line or the scenario; 1\n"
    "anything else.\n"
    "\n"
    "  spate sweep shop.json --vary nodes.web.replicas=1..32 --goal 'p(99) < 200ms'\n"
    "  spate sweep shop.json --vary nodes.shoppers.rate=100/s..1000/s:100/s --metric p95\n"
    "  spate sweep shop.json --vary nodes.front.balancer=all --vary nodes.web.replicas=4..16 \\\n"
    "      --goal 'p(99) < 100ms and availability >= 99.9%'";

}  // namespace

Command sweep_command(CLI::App& program) {
    auto options = std::make_shared<SweepOptions>();
    CommandLine line(program, "sweep",
                     "Figures over a range of values, or the value that meets a goal");
    line.places("FILE", options->asked.variants.files,
                "A scenario or a lab; - reads the standard input")
        .texts("--vary", options->asked.variants.vary, "PATH=LO..HI, PATH=a,b,c or PATH=all")
        .text("--goal", options->goal, "What is to be met, as 'p(99) < 200ms'")
        .number("--max-replications", options->most_replications, 2, 100'000,
                "Of a value, with --goal, while nothing is shown of it");
    add_options(line, options->asked);
    return line.footer(kSweepFooter).runs([options] {
        return get_ready(options->asked) ? sweep(*options) : int{kWrong};
    });
}

}  // namespace tools
