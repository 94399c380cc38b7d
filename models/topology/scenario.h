// A scenario as it is written: the root of all specs.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/calendar.h"
#include "models/failures/failures.h"
#include "models/histories/history_spec.h"
#include "models/network/network_spec.h"
#include "models/nodes.h"
#include "models/observers/alert_rules.h"
#include "models/observers/game_day.h"
#include "models/observers/objective_spec.h"
#include "models/prices/price_book.h"
#include "models/topology/observing.h"

namespace models {

struct RunSpec {
    static constexpr std::string_view name = "run";
    static constexpr std::string_view doc =
        "How long the system is simulated, and what is recorded of the run.";
    sim::Duration warm_up{};
    sim::Duration measure = std::chrono::minutes(1);
    sim::Duration slice{};
    sim::Fraction scale{1};
    CalendarTime starts;
    bool scatter = false;
    std::optional<sim::Duration> health_at;
    TracesSpec traces;
    LogsSpec logs;
    HistorySpec history;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("warm_up", &RunSpec::warm_up, at_least(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::hours(24 * 366))),
                  "Time at the start that is simulated but not measured, until the system is in "
                  "steady state."),
            param("measure", &RunSpec::measure, above(sim::Duration::zero()),
                  at_most(sim::Duration(std::chrono::hours(24 * 366))),
                  "Measured time, after the warm-up."),
            param("slice", &RunSpec::slice, at_least(sim::Duration::zero()),
                  "Width of the intervals of every time series. With 0s (the default) it is 1 s, "
                  "and wider for runs longer than an hour."),
            param("scale", &RunSpec::scale, above(sim::Fraction{0}), at_most(sim::Fraction{1}),
                  "Share of the system that is played in its stead: of the users, rates and "
                  "instances, and of a database's cores and connections. Figures are of that part. "
                  "What cannot be divided by it, as half an instance, is refused. With 100% (the "
                  "default) all of it is played."),
            param("starts", &RunSpec::starts,
                  "Date and time of day at which the run begins, for profiles, schedules and cron "
                  "jobs."),
            param("scatter", &RunSpec::scatter,
                  "Whether the seed moves items, users and addresses: balancers, shards, slots and "
                  "caches that hash them place them elsewhere with another seed. Without it (the "
                  "default) a key is at the same place whatever the seed, as in a system whose "
                  "keys are known."),
            param("health_at", &RunSpec::health_at, at_least(sim::Duration::zero()),
                  "When a snapshot of all nodes is taken: which instances are up, and how much "
                  "work each has. Without it there is no snapshot."),
            param("traces", &RunSpec::traces, "Which requests are traced."),
            param("logs", &RunSpec::logs, "Logs of requests: access logs and flow logs."),
            param("history", &RunSpec::history,
                  "Which stores' histories are recorded and checked for consistency "
                  "(linearizability and so on).")};
    }
};

// What a scenario's author has assumed, and nobody has said or measured.
struct AssumptionSpec {
    static constexpr std::string_view name = "assumption";
    static constexpr std::string_view doc =
        "An input that is the author's own: `spate sweep --sensitivity 20%` moves each.";
    std::vector<std::string> paths;
    std::string because;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("paths", &AssumptionSpec::paths, not_empty(),
                     "Where its values stand, as --set takes them: nodes.db.queries.user.mean. All "
                     "are moved together."),
            param("because", &AssumptionSpec::because, "Why it is what it is.")};
    }
};

struct Scenario {
    static constexpr std::string_view type_name = "scenario";
    static constexpr std::string_view doc =
        "A system, its users, what goes wrong, and what is expected.";
    std::string name;
    std::string about;
    RunSpec run;
    spec::Named<NodeChoice> nodes;
    std::optional<NetworkSpec> network;
    std::vector<FailureChoice> failures;
    std::optional<PricesSpec> prices;
    spec::Named<AssumptionSpec> assumptions;
    spec::Named<SloSpec> objectives;
    AlertsSpec alerts;
    std::optional<GameDaySpec> game_day;
    std::vector<std::string> expect;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("name", &Scenario::name, "What the scenario is called."),
            param("about", &Scenario::about, "What it shows, in a sentence or two."),
            param("run", &Scenario::run,
                  "How long the system is simulated, and what is recorded of the run."),
            required("nodes", &Scenario::nodes, not_empty(), "The parts of the system, by name."),
            param("network", &Scenario::network,
                  "Where nodes stand, and the links between them. Without it (the default) a "
                  "call's only network time is its own \"latency\". A call's own \"latency\" "
                  "replaces the links."),
            param("failures", &Scenario::failures,
                  "Failures to inject: crashes, partitions, slow instances and so on."),
            param("prices", &Scenario::prices,
                  "A price book: what of that which nodes use costs how much. Without it only "
                  "nodes' own prices count."),
            param(
                "assumptions", &Scenario::assumptions,
                "Inputs that are the author's own, by name, for sensitivity analysis. They change "
                "nothing of a run."),
            param("objectives", &Scenario::objectives,
                  "Service level objectives (SLOs): what users are promised, by name."),
            param("alerts", &Scenario::alerts,
                  "Monitoring: how often metrics are scraped, alert rules, and who is notified."),
            param("game_day", &Scenario::game_day,
                  "A game day (chaos experiment): a hypothesis about the failures, and when to "
                  "abort it. Without it failures strike and nothing is concluded from them."),
            param(
                "expect", &Scenario::expect,
                "What must hold at the end, as in \"p(99) < 250ms\", \"succeeded.p(99) < 250ms\" "
                "or "
                "\"availability during 6min..8min >= 99%\". In a percentile a request that failed "
                "is slower than any that succeeded. README has the grammar.")};
    }
};

}  // namespace models
