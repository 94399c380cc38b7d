// spate faults: plays every failure that a system can have, each by itself, and ranks them by harm.
//
// The scenario is played as it is but without its own failures and what calls them off, and then
// once for each failure, on the same chance: what differs is what that failure did.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>

#include "models/spec/units/units.h"
#include "reports/summary.h"
#include "reports/verdict.h"
#include "reports/words/terminal.h"
#include "tools/command_line.h"
#include "tools/fault_list.h"
#include "tools/fault_plays.h"
#include "tools/fault_render.h"
#include "tools/subject.h"

namespace tools {

namespace {

namespace spec = models::spec;

struct FaultsOptions {
    SubjectArguments wanted;
    FaultsWanted faults;
    FaultTimes times;
    bool pairs = false;
    std::string duration;
    std::uint64_t seed = 42;
    std::uint32_t seeds = 1;
    std::uint32_t most = 20;
    std::string by = "lost";
    Play play;
    LimitsAsked limits;
    std::string format = "text";
};

constexpr std::size_t kMostPlays = 20'000;

// What is played: nothing, each failure, each two of them.
struct Case {
    std::vector<std::size_t> faults;
    std::optional<models::Loaded> loaded;
};

bool can_be_a_pair(const Fault& one, const Fault& other) {
    return one.target != other.target &&
           (one.node.empty() || one.node != other.node ||
            (one.target.ends_with(']') && other.target.ends_with(']')));
}

// Without --kind, pairs are of what is gone or cut off: everything with everything would be
// thousands.
std::vector<Case> cases_of(const std::vector<Fault>& faults, const FaultsOptions& options) {
    std::vector<Case> cases = {{{}, {}}};
    for (std::size_t i = 0; i < faults.size(); ++i) cases.push_back({{i}, {}});
    if (!options.pairs) return cases;
    const auto is_in = [&](std::size_t i) {
        return !options.faults.kinds.empty() || faults[i].is_loss;
    };
    for (std::size_t i = 0; i < faults.size(); ++i) {
        for (std::size_t j = i + 1; j < faults.size(); ++j) {
            if (!is_in(i) || !is_in(j) || !can_be_a_pair(faults[i], faults[j])) continue;
            cases.push_back({{i, j}, {}});
        }
    }
    return cases;
}

// One run of a case.
struct Outcome {
    reports::Harm harm;
    std::vector<bool> held;
    bool out_of_room = false;
};

Outcome outcome_of(const sim::Recording& recording, const reports::TimeWindow& window,
                   const std::vector<reports::Expression>& expected) {
    Outcome outcome{reports::harm_of(recording, window), {}, recording.out_of_room};
    if (expected.empty()) return outcome;
    const reports::Summary summary =
        reports::summarise({&recording, 1}, reports::windows_of(expected));
    for (const reports::Verdict& each : reports::judge(expected, summary)) {
        outcome.held.push_back(each.held);
    }
    return outcome;
}

struct Plan {
    std::string name;
    FaultsWhen when;
    std::vector<Fault> faults;
    std::vector<Case> cases;  // the first is the undisturbed one
    std::vector<reports::Expression> expected;
};

// By case and seed.
using Outcomes = std::vector<std::vector<Outcome>>;

PlayedFault played_of(const Plan& plan, const Outcomes& outcomes, std::size_t index) {
    PlayedFault played;
    for (const std::size_t each : plan.cases[index].faults) {
        const Fault& fault = plan.faults[each];
        played.names.push_back(fault.name());
        played.classes.push_back(fault.failure_class);
        played.written.push_back(fault.written(plan.when.at, plan.when.lasts));
    }
    std::vector<reports::Harm> harms;
    std::vector<bool> broken(plan.expected.size());
    for (std::size_t seed = 0; seed < outcomes[index].size(); ++seed) {
        const Outcome& here = outcomes[index][seed];
        harms.push_back(here.harm);
        played.out_of_room = played.out_of_room || here.out_of_room;
        for (std::size_t i = 0; i < broken.size(); ++i) {
            if (outcomes[0][seed].held[i] && !here.held[i]) broken[i] = true;
        }
    }
    for (std::size_t i = 0; i < broken.size(); ++i) {
        if (broken[i]) played.breaks.push_back(plan.expected[i].text());
    }
    played.harm = reports::mean_harm(harms);
    return played;
}

PlayedFaults ranked(const Plan& plan, const Outcomes& outcomes, const FaultsOptions& options) {
    PlayedFaults all{plan.name,
                     plan.when.at,
                     plan.when.lasts,
                     options.seed,
                     options.seeds,
                     played_of(plan, outcomes, 0).harm,
                     {},
                     {}};
    for (std::size_t i = 1; i < plan.cases.size(); ++i) {
        PlayedFault played = played_of(plan, outcomes, i);
        judge_harm(played, all.undisturbed);
        const std::vector<std::size_t>& faults = plan.cases[i].faults;
        if (faults.size() == 1) {
            all.singles.push_back(std::move(played));
            continue;
        }
        played.beyond = played.lost - all.singles[faults[0]].lost - all.singles[faults[1]].lost;
        all.pairs.push_back(std::move(played));
    }
    rank(all.singles, options.by);
    rank(all.pairs, "beyond");
    return all;
}

std::optional<Plan> plan_of(const FaultsOptions& options) {
    std::string problems;
    std::optional<Subject> subject = subject_of(options.wanted, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    models::ScenarioSource& source = subject->source;
    if (!options.duration.empty()) source.sets.push_back("run.measure=" + options.duration);
    const models::Loaded loaded = models::load(source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return std::nullopt;
    }
    const models::Scenario& scenario = *loaded.scenario;
    if (const std::string why = why_too_large(scenario); !why.empty()) {
        complain(why);
        return std::nullopt;
    }
    FaultsWanted wanted = options.faults;
    if (options.pairs) wanted.of_alike = 2;
    if (const std::string why = why_not_there(scenario, wanted); !why.empty()) {
        complain(why);
        return std::nullopt;
    }
    const std::optional<FaultsWhen> when = when_of(options.times, scenario.run);
    if (!when) return std::nullopt;
    Plan plan{scenario.name.empty() ? subject->name : scenario.name,
              *when,
              faults_of(scenario, wanted),
              {},
              {}};
    if (plan.faults.empty()) {
        complain(
            "there is nothing that can fail so: --kind and --node leave nothing, or the\n"
            "    scenario has clients only");
        return std::nullopt;
    }
    plan.cases = cases_of(plan.faults, options);
    if (const std::size_t plays = plan.cases.size() * options.seeds; plays > kMostPlays) {
        complain(fmt::format("that are {} runs\n    --kind and --node name fewer failures",
                             reports::printable(std::to_string(plays))));
        return std::nullopt;
    }
    for (Case& each : plan.cases) {
        spec::Json::List failures;
        for (const std::size_t fault : each.faults) {
            failures.push_back(plan.faults[fault].written(when->at, when->lasts));
        }
        // The undisturbed run has a failure that comes after its end: what names one can do so.
        if (failures.empty()) {
            const sim::Duration after =
                scenario.run.warm_up + scenario.run.measure + sim::Duration(1);
            failures.push_back(plan.faults.front().written(spec::text_of(after), when->lasts));
        }
        each.loaded = load_with(source, failures, scenario.game_day.has_value());
        if (!each.loaded) return std::nullopt;
    }
    auto expected = parse_thresholds(*plan.cases.front().loaded, {}, problems);
    if (!expected) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    plan.expected = std::move(*expected);
    return plan;
}

int faults(const FaultsOptions& options) {
    const std::optional<Plan> plan = plan_of(options);
    if (!plan) return kWrong;
    std::vector<Run> runs;
    for (const Case& each : plan->cases) {
        for (std::uint32_t seed = 0; seed < options.seeds; ++seed) {
            runs.push_back({&*each.loaded->scenario, {options.seed, seed}});
        }
    }
    Outcomes outcomes(plan->cases.size(), std::vector<Outcome>(options.seeds));
    const PlayEnd end =
        play(runs, options.play, [&](std::size_t run, const sim::Recording& recording) {
            outcomes[run / options.seeds][run % options.seeds] =
                outcome_of(recording, plan->when.window, plan->expected);
        });
    if (end != PlayEnd::whole) return complain_of(end);
    const PlayedFaults played = ranked(*plan, outcomes, options);
    fmt::print("{}",
               options.format == "json" ? faults_json(played) : faults_text(played, options.most));
    return kOk;
}

constexpr const char* kFaultsFooter =
    "Every instance, or one of those that are alike; all of a node, and those with a role; zones\n"
    "and regions; links between nodes, where there is a network: each in every kind of failure\n"
    "that it can have, with that kind's defaults (`spate describe failures`). The scenario's own\n"
    "failures are left out, and so is what would abort its game day.\n"
    "\n"
    "lost: requests that were not answered, beyond those of the undisturbed run. outage: the\n"
    "longest time in which fewer than 95 % of some client's requests succeeded. takes: clients of\n"
    "which a hundredth fewer were answered while it lasted. loses: what stores and brokers say\n"
    "they have lost. breaks: what the scenario expects, and held without it.\n"
    "\n"
    "--pairs plays two at a time, of those that are down or cut off (--kind names others), and\n"
    "ranks them by what they do beyond both by themselves: what redundancy hid.\n"
    "\n"
    "  spate faults shop.json\n"
    "  spate faults shop.json --kind hang --kind slow --lasts 1min --seeds 5\n"
    "  spate faults shop.json --throughout --kind crash --format json\n"
    "  spate faults shop.json --pairs --most 10";

}  // namespace

Command faults_command(CLI::App& program) {
    auto options = std::make_shared<FaultsOptions>();
    return CommandLine(program, "faults",
                       "Play every failure a system can have, and rank them by harm")
        .subject(options->wanted)
        .texts("--kind", options->faults.kinds, "Only this kind of failure: crash, hang, ...")
        .texts("--node", options->faults.nodes, "Only failures of this node and its links")
        .text("--at", options->times.at, "When they strike; else a quarter into the measured time")
        .text("--lasts", options->times.lasts, "How long; else a quarter of the measured time")
        .flag("--throughout", options->times.throughout, "From the beginning to the end of the run")
        .flag("--pairs", options->pairs, "Two at a time, too")
        .number("--seeds", options->seeds, 1, 1000, "Runs of each, with other chance")
        .word("--by", options->by, {"lost", "outage", "p99", "data"}, "What they are ranked by")
        .number("--most", options->most, 0, 1'000'000, "Rows of a table; 0: all")
        .changes(options->wanted.sets, options->wanted.overlays)
        .duration(options->duration)
        .seed(options->seed)
        .jobs(options->play.jobs)
        .limits(options->limits)
        .format(options->format)
        .footer(kFaultsFooter)
        .runs([options] {
            options->play.show_progress = is_terminal(STDERR_FILENO);
            const auto limits = limits_of(options->limits);
            if (!limits) return int{kWrong};
            options->play.limits = *limits;
            return faults(*options);
        });
}

}  // namespace tools
