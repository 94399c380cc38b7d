// What watches over a system while it runs: it scrapes metrics, evaluates rules, tells people, and
// acts.
//
// It looks between two events of the run, when all that happens at a moment has happened: looking
// changes nothing of the run, and adds no event to it. Only what alerts do (actions/) does.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/context.h"
#include "models/observers/actions/actions.h"
#include "models/observers/alert_rules.h"
#include "models/observers/alert_states.h"
#include "models/observers/detection.h"
#include "models/observers/game_day.h"
#include "models/observers/notifications.h"
#include "models/observers/objective_spec.h"
#include "models/observers/recovery.h"
#include "models/observers/scrape.h"
#include "sim/distribution.h"
#include "sim/task_group.h"

namespace models {

class Watch {
public:
    // What a scenario says of it; it outlives the watch.
    struct Plan {
        const spec::Named<SloSpec>& objectives;
        const AlertsSpec& alerts;
        const std::optional<GameDaySpec>& game_day;
    };
    // All nodes are there, and have declared what they record.
    Watch(const Plan& plan, World& world, Controls& controls);

    // When it looks next; never when nobody asks for anything.
    sim::Time next() const;
    // Now: all events up to now have been played.
    void look();
    void dismiss() { tasks_.dismiss(); }

    // The run is over: adds what was watched, and who was told. The failures are those that struck.
    void finish(const std::vector<OutageTime>& outages, sim::Recording& recording) const;

private:
    // A stage of an incident's response that has been reached.
    using Stage = std::optional<sim::Time> OnCallResponse::*;
    struct Doing {
        struct Step {
            std::unique_ptr<AlertAction> action;  // null: a stage is reached, and that is all
            sim::Distribution delay;              // from the step before
            Stage stage = nullptr;
            std::string_view stage_name{};
        };
        std::vector<Step> steps;
        std::uint64_t stream;
        bool is_response = false;
        std::uint64_t times = 0;
    };
    using Doings = std::vector<Doing>;

    struct Rule {
        Rule(std::string called, const AlertRule& rule, const promql::Query& query,
             const Scrape& scrape)
            : name(std::move(called)), spec(rule), asking(query, scrape.series()), states(spec) {}
        std::string name;
        AlertRule spec;
        promql::Asking asking;
        AlertStates states;
        Doings doings{};
        bool is_in_trouble = false;
    };
    struct Record {
        std::string name;
        promql::Asking asking;
        std::int64_t interval_ms;
        std::int64_t next_ms;
        std::vector<promql::Sample> values{};
    };
    struct State {
        std::string name;
        promql::Asking asking;
        std::vector<SteadyStateSample> looks{};
    };

    void add_rule(const std::string& name, const AlertRule& rule);
    static void add_steps(const ActionChoice& choice, std::vector<Doing::Step>& steps);
    Doings doings_of(const std::vector<ActionChoice>& choices, const std::string& whose);
    void add_doings(const RouteSpec& route, const std::string& where);
    void scrape(sim::Time now);
    void evaluate(std::int64_t now);
    void evaluate(Record& record, std::int64_t now) const;
    void evaluate(Rule& rule, std::int64_t now);
    void change(Rule& rule, const AlertTimes& times, std::int64_t now);
    void tell(std::int64_t now);
    void look_at_users(sim::Time now);
    void act(Doings& doings, const std::string& why);
    sim::Task<void> carry_out(const Doing& doing, sim::Draws draws, std::string why,
                              std::size_t response);
    void reach(const Doing::Step& step, std::size_t response);
    bool is_responding() const;
    std::vector<sim::Time> firings() const;
    void add_alerts(const Detection& detection, sim::Recording& recording) const;
    void add_receivers(sim::Recording& recording) const;

    Plan plan_;
    World& world_;
    Controls& controls_;
    std::optional<Scrape> scrape_;
    sim::Duration scrape_interval_{};
    sim::Time next_scrape_ = sim::kForever;
    std::int64_t interval_ms_ = 0;
    std::int64_t next_evaluation_ms_ = kNever;
    std::deque<Rule> rules_;  // that stay where they are
    std::vector<Record> records_;
    std::vector<State> states_;
    Notifier notifier_;
    std::vector<AlertChange> changes_;  // of this look
    std::vector<std::pair<const RouteSpec*, Doings>> of_routes_;
    std::vector<sim::Message> messages_;
    std::vector<OnCallResponse> responses_;
    bool has_responses_ = false;
    sim::Time next_users_ = sim::kForever;  // when it is looked at whether users suffer too much
    sim::TaskGroup tasks_;
    static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
};

// The nodes whose instances an action may change, by name and in order.
std::vector<std::string> scaled_nodes(const AlertsSpec& alerts);

}  // namespace models
