// spate sweep: figures over a range of values, or the value at which a goal begins to be met.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <numeric>

#include "reports/render/comparison_json.h"
#include "reports/render/sweep_text.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/experiment.h"
#include "tools/fault_sweep.h"
#include "tools/goal_search.h"
#include "tools/pictures.h"
#include "tools/precision.h"
#include "tools/ranked_play.h"
#include "tools/sample_keeper.h"
#include "tools/sensitivity.h"
#include "tools/sweep.h"
#include "tools/warm_up.h"

namespace tools {

namespace {

struct SweepOptions {
    ExperimentAsked asked;
    std::uint32_t most_replications = 40;
    std::string goal;
    bool faults = false;
    FaultsWanted failing;
    FaultTimes times;
    std::string jobs_out;
    std::string samples;
    std::string sensitivity;
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

// A job says all that its run depends on, before anything is played.
void check_jobs(const SweepOptions& options, ReportedProblems& told) {
    if (options.jobs_out.empty() && options.samples.empty()) return;
    const std::string option = options.jobs_out.empty() ? "--samples" : "--jobs-out";
    if (!options.jobs_out.empty() && !options.goal.empty()) {
        told.add("spate: --jobs-out cannot be with --goal, which plays what the runs before say\n");
    }
    if (!options.jobs_out.empty() && !(options.asked.out.empty() && options.samples.empty())) {
        told.add(
            "spate: --jobs-out plays nothing, so there is nothing to write into --out or "
            "--samples\n"
            "    spate gather takes --out when all was played\n");
    }
    if (options.asked.warm_up == "auto") {
        told.add(fmt::format(
            "spate: {} cannot be with --warm-up auto\n    say how long it is, as --warm-up 30s\n",
            option));
    }
    if (std::ranges::count(options.asked.variants.files, "-") > 0) {
        told.add(fmt::format("spate: {} needs the scenario as a file\n", option));
    }
}

void check_sensitivity(SweepOptions& options, ReportedProblems& told) {
    if (options.sensitivity.empty()) return;
    VariantsAsked& variants = options.asked.variants;
    variants.sensitivity = precision_of(options.sensitivity);
    if (!variants.sensitivity || *variants.sensitivity >= 1) {
        told.add(fmt::format("spate: --sensitivity {}: expected a share below 1, as in 20%\n",
                             reports::printable(options.sensitivity)));
    }
    if (!variants.vary.empty() || !options.goal.empty()) {
        told.add(
            "spate: --sensitivity moves the scenario's assumptions, one at a time\n    take --vary "
            "and --goal out\n");
    }
    if (!options.jobs_out.empty() || !options.samples.empty()) {
        told.add("spate: --sensitivity cannot be with --jobs-out or --samples\n");
    }
    if (variants.files.size() > 1) told.add("spate: --sensitivity is about one scenario\n");
}

std::optional<CheckedSweep> check(SweepOptions& options, bool has_others = false) {
    ReportedProblems told;
    CheckedSweep checked;
    check_jobs(options, told);
    check_sensitivity(options, told);
    if (!told.text().empty()) {
        fmt::print(stderr, "{}", told.text());
        return std::nullopt;
    }
    if (has_others && options.asked.warm_up == "auto") {
        told.add(
            "spate: several processes cannot play with --warm-up auto\n    say how long it is, as "
            "--warm-up 30s\n");
    }
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

PointOutcome outcome_of(const ExperimentAsked& asked, const Experiment& experiment,
                        const Replicas& replicas, const std::vector<std::size_t>& played) {
    PointOutcome outcome;
    outcome.info = info_of(asked, experiment.variants);
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

int write(const ExperimentAsked& asked, const PointOutcome& outcome,
          const reports::GoalResult* goal) {
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

std::vector<std::size_t> every_variant(const Experiment& experiment) {
    std::vector<std::size_t> all(experiment.variants.each.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    return all;
}

// A variant's replications follow one another, so that who plays some lines loads few scenarios.
int write_jobs(const SweepOptions& options, const Experiment& experiment) {
    const bool is_written = write_file(options.jobs_out, [&](std::ostream& out) {
        for (const std::size_t variant : every_variant(experiment)) {
            Job job = job_of(options.asked, experiment, variant, 0);
            for (; job.replication < options.asked.replications; ++job.replication) {
                out << line_of(job, options.asked);
            }
        }
    });
    return is_written ? kOk : kFailed;
}

int play_sweep(SweepOptions& options, Lead* lead) {
    const auto start = std::chrono::steady_clock::now();
    std::optional<CheckedSweep> checked = check(options, lead != nullptr);
    if (!checked) return kWrong;
    Experiment& experiment = checked->experiment;
    if (!options.jobs_out.empty()) return write_jobs(options, experiment);
    SampleKeeper keeper(options.asked, experiment);
    ReplicasAsked asked = options.asked.replicas;
    if (!options.samples.empty()) {
        std::string problems;
        keeper.open(options.samples, problems);
        if (!problems.empty()) {
            fmt::print(stderr, "{}", problems);
            return kWrong;
        }
        asked.known = &keeper;
    }
    if (lead != nullptr) {
        lead->begin(options.asked, experiment);
        asked.helpers = lead;
    }
    std::string warm_up_note;
    if (options.asked.warm_up == "auto") {
        const WarmUpEnd end = cut_warm_up(experiment.variants, options.asked.replicas);
        if (end.play != PlayEnd::whole) return complain_of(end.play);
        warm_up_note = end.note;
    }
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
        end.played = every_variant(experiment);
    }
    std::optional<std::string> partial;
    if (end.play != PlayEnd::whole) {
        if (checked->goal) return complain_of(end.play);
        partial = told_of_fewer(replicas, end.play, stopped);
        if (!partial) return kFailed;
    }
    if (keeper.has_failed()) return kFailed;
    if (!checked->goal && is_any_out_of_room(replicas, experiment.variants)) return kFailed;
    PointOutcome outcome = outcome_of(options.asked, experiment, replicas, end.played);
    for (std::string& each : what_moved(outcome.comparison, experiment.variants.moved)) {
        outcome.info.notes.push_back(std::move(each));
    }
    if (!warm_up_note.empty()) outcome.info.notes.push_back(warm_up_note);
    if (partial) outcome.info.notes.push_back(*partial);
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
    outcome.info.wall_s = wall.count();
    const int exit = write(options.asked, outcome, checked->goal ? &end.result : nullptr);
    return partial ? int{kFailed} : exit;
}

// Of a process that does not lead: it says nothing unless it cannot play.
int play_along(SweepOptions& options, Ranks& ranks) {
    if (!is_begun(ranks)) return kOk;
    const std::optional<CheckedSweep> checked = check(options, true);
    if (checked) return follow(ranks, options.asked, checked->experiment);
    refuse(ranks);
    return kWrong;
}

int sweep(SweepOptions& options) {
    std::string problem;
    const std::unique_ptr<Ranks> ranks = ranks_here(problem);
    if (!problem.empty()) {
        fmt::print(stderr, "{}", problem);
        return kWrong;
    }
    if (!ranks) return play_sweep(options, nullptr);
    if (ranks->rank() > 0) return play_along(options, *ranks);
    Lead lead(*ranks);
    return play_sweep(options, &lead);
}

// Options that mean nothing with or without --faults; empty when there is none of them.
std::string misplaced(const SweepOptions& options) {
    const ExperimentAsked& asked = options.asked;
    const bool is_about_faults = !options.failing.kinds.empty() || !options.failing.nodes.empty() ||
                                 !options.times.at.empty() || !options.times.lasts.empty();
    if (!options.faults) {
        return is_about_faults ? "--kind, --node, --at and --lasts go with --faults" : "";
    }
    const bool is_about_variants = !options.sensitivity.empty() || !asked.metrics.empty() ||
                                   !asked.thresholds.empty() || !asked.warm_up.empty() ||
                                   !asked.out.empty() || !options.jobs_out.empty() ||
                                   !options.samples.empty();
    return is_about_variants ? "--sensitivity, --metric, --threshold, --warm-up, --out, --jobs-out "
                               "and --samples do not go with --faults"
                             : "";
}

// What they fail in is no variant: the scenario is one.
int sweep_over_faults(const SweepOptions& options) {
    const VariantsAsked& asked = options.asked.variants;
    if (asked.files.size() != 1 || !asked.vary.empty()) {
        complain("--faults takes one FILE, and no --vary: what is varied are its failures");
        return kWrong;
    }
    FaultSweepAsked wanted{{asked.files.front(), "", "", asked.overlays, asked.sets},
                           options.failing,
                           options.times,
                           options.goal,
                           options.asked.replicas.seed,
                           options.asked.replications,
                           options.asked.replicas.play,
                           options.asked.wants_json()};
    if (!options.asked.duration.empty()) {
        wanted.wanted.sets.push_back("run.measure=" + options.asked.duration);
    }
    return sweep_faults(wanted);
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
    "--faults varies the failures instead: of each node so many instances, of zones and links\n"
    "one, for so long, and finds by bisection the smallest of each that breaks --goal, or what "
    "the\n"
    "scenario expects. Without --kind those that take something away. --replications are seeds,\n"
    "most of which have to break it.\n"
    "\n"
    "--sensitivity plays the scenario as it is, and with each of its `assumptions` so much lower\n"
    "and higher, one at a time.\n"
    "\n"
    "Exit: 0 done, and every expectation held or the goal was found; 99 one was crossed, or no\n"
    "value meets the goal; 2 something is wrong with the command line or the scenario; 1\n"
    "anything else.\n"
    "\n"
    "  spate sweep shop.json --vary nodes.web.replicas=1..32 --goal 'p(99) < 200ms'\n"
    "  spate sweep shop.json --vary nodes.shoppers.rate=100/s..1000/s:100/s --metric p95\n"
    "  spate sweep shop.json --vary nodes.front.balancer=all --vary nodes.web.replicas=4..16 \\\n"
    "      --goal 'p(99) < 100ms and availability >= 99.9%'\n"
    "  spate sweep shop.json --faults --goal 'availability >= 99%' --kind crash --lasts 1min";

}  // namespace

int tell_sweep(const ExperimentAsked& asked, const Experiment& experiment, const Replicas& replicas,
               double wall_s) {
    PointOutcome outcome = outcome_of(asked, experiment, replicas, every_variant(experiment));
    outcome.info.wall_s = wall_s;
    return write(asked, outcome, nullptr);
}

Command sweep_command(CLI::App& program) {
    auto options = std::make_shared<SweepOptions>();
    CommandLine line(program, "sweep",
                     "Figures over a range of values, or the value that meets a goal");
    line.places("FILE", options->asked.variants.files,
                "A scenario or a lab; - reads the standard input")
        .texts("--vary", options->asked.variants.vary, "PATH=LO..HI, PATH=a,b,c or PATH=all")
        .text("--sensitivity", options->sensitivity,
              "Share by which each of the scenario's assumptions is moved, as 20%")
        .text("--goal", options->goal, "What is to be met, as 'p(99) < 200ms'")
        .number("--max-replications", options->most_replications, 2, 100'000,
                "Of a value, with --goal, while nothing is shown of it")
        .flag("--faults", options->faults, "The smallest failures that break --goal")
        .texts("--kind", options->failing.kinds, "With --faults: only this kind of failure")
        .texts("--node", options->failing.nodes, "With --faults: only of this node and its links")
        .text("--at", options->times.at, "With --faults: when they strike")
        .text("--lasts", options->times.lasts, "With --faults: how long at most")
        .text("--jobs-out", options->jobs_out,
              "Play nothing: write a line a run, for spate play and spate gather")
        .text("--samples", options->samples,
              "Keep each run in this file; what is there already is not played again");
    add_options(line, options->asked);
    return line.footer(kSweepFooter).runs([options] {
        if (const std::string wrong = misplaced(*options); !wrong.empty()) {
            complain(wrong);
            return static_cast<int>(kWrong);
        }
        if (!get_ready(options->asked)) return static_cast<int>(kWrong);
        return options->faults ? sweep_over_faults(*options) : sweep(*options);
    });
}

}  // namespace tools
