#include "tools/fault_sweep.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "models/spec/json/json_text.h"
#include "models/spec/units/units.h"
#include "reports/summary.h"
#include "reports/verdict.h"
#include "reports/words/numbers.h"
#include "reports/words/terminal.h"
#include "tools/fault_ladder.h"

namespace tools {

namespace {

namespace spec = models::spec;

// A failure, and how much of it is tried.
struct Climb {
    Fault fault;
    FaultLadder ladder;

    spec::Json written(const FaultLadder::Step& step, const std::string& at) const {
        return fault.written(at, spec::text_of(step.lasts), step.instances);
    }
    std::string name(std::uint32_t instances) const {
        return fault.most > 1
                   ? fmt::format("{} {} of {} {}", fault.kind, instances, fault.most, fault.node)
                   : fault.name();
    }
};

struct FaultSweep {
    std::string name;
    models::ScenarioSource source;
    FaultsWhen when;
    bool has_game_day = false;
    std::vector<reports::Expression> goal;
    std::vector<Climb> climbs{};

    std::string goal_text() const {
        std::string text;
        for (const reports::Expression& each : goal) {
            text += (text.empty() ? "" : " and ") + each.text();
        }
        return text;
    }
};

// Of a node whose instances can fail a few at a time, none by itself: that is how a ladder begins.
// Without --kind, what is gone or cut off.
std::vector<Climb> climbs_of(const models::Scenario& scenario, const FaultsWanted& wanted,
                             sim::Duration longest) {
    const std::vector<Fault> faults = faults_of(scenario, wanted);
    const auto is_rung = [&](const Fault& fault) {
        return fault.most == 1 && fault.target.ends_with(']') &&
               std::ranges::any_of(faults, [&](const Fault& each) {
                   return each.most > 1 && each.kind == fault.kind && each.node == fault.node;
               });
    };
    std::vector<Climb> climbs;
    for (const Fault& each : faults) {
        if (is_rung(each) || (wanted.kinds.empty() && !each.is_loss)) continue;
        climbs.push_back({each, FaultLadder(each.most, longest, each.takes_time)});
    }
    return climbs;
}

// The goal that is asked for, or all that is expected.
std::vector<reports::Expression> goal_of(const FaultSweepAsked& asked, const models::Loaded& loaded,
                                         std::string& problems) {
    if (asked.goal.empty()) {
        return parse_thresholds(loaded, {}, problems).value_or(std::vector<reports::Expression>());
    }
    std::vector<reports::Expression> goal;
    auto statement = parse_statement_of(asked.goal, "--goal", words_of(*loaded.scenario), problems);
    if (statement) goal.push_back(std::move(*statement));
    return goal;
}

std::optional<FaultSweep> plan_of(const FaultSweepAsked& asked) {
    std::string problems;
    const std::optional<Subject> subject = subject_of(asked.wanted, problems);
    if (!subject) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    const models::Loaded loaded = models::load(subject->source);
    if (!loaded.scenario) {
        fmt::print(stderr, "{}", loaded.problems.render());
        return std::nullopt;
    }
    const models::Scenario& scenario = *loaded.scenario;
    std::string why = why_too_large(scenario);
    if (why.empty()) why = why_not_there(scenario, asked.faults);
    if (!why.empty()) {
        complain(why);
        return std::nullopt;
    }
    const std::optional<FaultsWhen> when = when_of(asked.times, scenario.run);
    if (!when) return std::nullopt;
    FaultSweep sweep{scenario.name.empty() ? subject->name : scenario.name, subject->source, *when,
                     scenario.game_day.has_value(), goal_of(asked, loaded, problems)};
    if (!problems.empty()) {
        fmt::print(stderr, "{}", problems);
        return std::nullopt;
    }
    if (sweep.goal.empty()) {
        complain(
            "there is nothing that failures could break\n    name it with --goal "
            "'availability >= 99%'");
        return std::nullopt;
    }
    const double end = sim::seconds(scenario.run.warm_up + scenario.run.measure);
    sweep.climbs =
        climbs_of(scenario, asked.faults,
                  sim::from_seconds(std::min(when->window.end_s, end) - when->window.begin_s));
    if (!sweep.climbs.empty()) return sweep;
    complain(
        "there is nothing that can fail so: --kind and --node leave nothing, or the\n"
        "    scenario has clients only");
    return std::nullopt;
}

// Whether most runs of each break the goal.
struct Trial {
    spec::Json::List failures;
    std::optional<models::Loaded> loaded{};
    std::vector<char> broken{};  // by seed

    bool breaks() const { return 2 * std::ranges::count(broken, 1) > std::ssize(broken); }
};

std::optional<PlayEnd> play_all(const FaultSweep& sweep, const FaultSweepAsked& asked,
                                std::vector<Trial>& trials) {
    std::vector<Run> runs;
    for (Trial& each : trials) {
        each.loaded = load_with(sweep.source, each.failures, sweep.has_game_day);
        if (!each.loaded) return std::nullopt;
        each.broken.resize(asked.seeds);
        for (std::uint32_t seed = 0; seed < asked.seeds; ++seed) {
            runs.push_back({&*each.loaded->scenario, {asked.seed, seed}});
        }
    }
    return play(runs, asked.play, [&](std::size_t run, const sim::Recording& recording) {
        const reports::Summary summary =
            reports::summarise({&recording, 1}, reports::windows_of(sweep.goal));
        trials[run / asked.seeds].broken[run % asked.seeds] =
            !reports::all_held(reports::judge(sweep.goal, summary));
    });
}

// The smallest first: single instances before many, whatever is not instances after all of them.
bool is_smaller(const Climb& one, const Climb& other) {
    const auto size = [](const Climb& each) {
        const FaultLadder::Step step = each.ladder.smallest();
        return std::tuple(each.fault.node.empty(), step.instances, step.lasts);
    };
    return size(one) < size(other);
}

std::string row(const Climb& climb) {
    const FaultLadder::Step step = climb.ladder.smallest();
    return fmt::format(" {:>10}  {}, {}\n",
                       climb.fault.takes_time ? reports::brief(sim::seconds(step.lasts)) : "any",
                       reports::printable(climb.name(step.instances)), climb.fault.failure_class);
}

std::string text_of(const FaultSweep& sweep, const FaultSweepAsked& asked) {
    std::string text = fmt::format(
        "{}\nthe smallest failures that break {}\nfrom {}, for up to {}, seed {}{}\n",
        reports::printable(sweep.name), reports::printable(sweep.goal_text()), sweep.when.at,
        sweep.when.lasts, asked.seed,
        asked.seeds > 1 ? fmt::format(": most of {} seeds have to break it", asked.seeds) : "");
    std::string harmless;
    std::string rows;
    std::size_t count = 0;
    for (const Climb& each : sweep.climbs) {
        if (each.ladder.breaks()) {
            rows += row(each);
        } else {
            ++count;
            harmless += "\n    " + reports::printable(each.fault.name());
        }
    }
    if (!rows.empty()) text += fmt::format("\n {:>10}  failure\n{}", "for", rows);
    if (count > 0) {
        text +=
            fmt::format("\n  {} of {} do not break it:{}\n", count, sweep.climbs.size(), harmless);
    }
    return text;
}

spec::Json json_of(const FaultSweep& sweep, const FaultSweepAsked& asked) {
    spec::Json json;
    json.put("schema", "spate.fault_sweep/1");
    json.put("scenario", sweep.name);
    json.put("goal", sweep.goal_text());
    json.put("seed", asked.seed);
    json.put("seeds", asked.seeds);
    json.put("at", sweep.when.at);
    json.put("lasts", sweep.when.lasts);
    spec::Json::List all;
    for (const Climb& each : sweep.climbs) {
        const FaultLadder::Step step = each.ladder.smallest();
        spec::Json one;
        one.put("name", each.fault.name());
        one.put("class", each.fault.failure_class);
        one.put("breaks", each.ladder.breaks());
        if (each.ladder.breaks()) {
            one.put("instances", step.instances);
            one.put("of", each.fault.most);
            if (each.fault.takes_time) {
                one.put("lasts_s", sim::seconds(step.lasts));
                one.put("harmless_s", sim::seconds(each.ladder.harmless()));
            }
            one.put("failure", each.written(step, sweep.when.at));
        }
        all.push_back(std::move(one));
    }
    json.put("faults", std::move(all));
    return json;
}

// One step of each ladder that has not come to its end.
std::optional<PlayEnd> climb(FaultSweep& sweep, const FaultSweepAsked& asked) {
    std::vector<Climb*> open;
    std::vector<Trial> trials;
    for (Climb& each : sweep.climbs) {
        if (each.ladder.is_done()) continue;
        open.push_back(&each);
        trials.push_back({{each.written(each.ladder.next(), sweep.when.at)}});
    }
    const std::optional<PlayEnd> end = play_all(sweep, asked, trials);
    if (!end || *end != PlayEnd::whole) return end;
    for (std::size_t i = 0; i < open.size(); ++i) open[i]->ladder.tell(trials[i].breaks());
    return end;
}

}  // namespace

int sweep_faults(const FaultSweepAsked& asked) {
    std::optional<FaultSweep> sweep = plan_of(asked);
    if (!sweep) return kWrong;
    std::vector<Trial> calm(1);
    std::optional<PlayEnd> end = play_all(*sweep, asked, calm);
    if (end && *end == PlayEnd::whole && calm.front().breaks()) {
        fmt::print(stderr,
                   "spate: {} is broken without any failure\n    raise it, or give the "
                   "system more\n",
                   reports::printable(sweep->goal_text()));
        return kCrossed;
    }
    while (end && *end == PlayEnd::whole &&
           !std::ranges::all_of(sweep->climbs,
                                [](const Climb& each) { return each.ladder.is_done(); })) {
        end = climb(*sweep, asked);
    }
    if (!end) return kWrong;
    if (*end != PlayEnd::whole) return complain_of(*end);
    std::ranges::stable_sort(sweep->climbs, is_smaller);
    fmt::print("{}", asked.wants_json ? spec::indented_text(json_of(*sweep, asked)) + "\n"
                                      : text_of(*sweep, asked));
    return kOk;
}

}  // namespace tools
