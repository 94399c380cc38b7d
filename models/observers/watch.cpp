#include "models/observers/watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "models/observers/actions/respond.h"
#include "models/observers/no_time.h"
#include "models/observers/objectives.h"
#include "sim/sleep.h"
#include "sim/slices.h"

namespace models {

namespace {

sim::Time time_of(std::int64_t ms) {
    return sim::Time(std::chrono::milliseconds(ms));
}

std::int64_t at_least_1_ms(sim::Duration interval) {
    return std::max<std::int64_t>(1, promql::milliseconds(interval));
}

// Queries were checked when the scenario was read.
promql::Query query_of(const std::string& expr) {
    promql::QueryError error;
    return *promql::Query::parse(expr, error);
}

// The scenario's rules, and those of its objectives.
spec::Named<AlertRule> rules_of(const spec::Named<SloSpec>& objectives, const AlertsSpec& alerts) {
    spec::Named<AlertRule> rules = alerts.rules;
    for (const auto& [name, objective] : objectives) {
        if (!objective.burn_rate_alerts) continue;
        for (auto& each : burn_rate_alerts(name, objective).entries) {
            rules.entries.push_back(std::move(each));
        }
    }
    return rules;
}

void add_note(sim::Watched& watched, const std::string& name,
              const spec::Named<std::string>& texts) {
    const std::string* const found = texts.find(name);
    if (found != nullptr && !found->empty()) watched.notes.emplace_back(name, *found);
}

void add_scaled(const std::vector<ActionChoice>& actions, std::set<std::string>& nodes) {
    for (const ActionChoice& each : actions) {
        const ActionNeeds needs = Actions::needs_of(each);
        if (needs.scales) nodes.insert(needs.node->node);
        if (const auto* const steps = Actions::steps_of(each)) add_scaled(*steps, nodes);
    }
}

void add_scaled(const RouteSpec& route, std::set<std::string>& nodes) {
    add_scaled(route.actions, nodes);
    for (const RouteSpec& each : route.routes) add_scaled(each, nodes);
}

std::optional<sim::Time> maybe(const std::optional<std::int64_t>& ms) {
    return ms ? std::optional(time_of(*ms)) : std::nullopt;
}

}  // namespace

Watch::Watch(const Plan& plan, World& world, Controls& controls)
    : plan_(plan), world_(world), controls_(controls), notifier_(plan.alerts.route) {
    const spec::Named<AlertRule> rules = rules_of(plan.objectives, plan.alerts);
    std::vector<const std::string*> exprs;
    for (const auto& [name, rule] : rules) exprs.push_back(&rule.expr);
    for (const auto& [name, rule] : plan.alerts.records) exprs.push_back(&rule.expr);
    if (plan.game_day) {
        for (const auto& [name, state] : plan.game_day->steady_state) exprs.push_back(&state.expr);
        if (plan.game_day->abort) next_users_ = sim::Time(world.recorder.slice());
    }
    if (exprs.empty()) return;
    std::set<std::string> wanted;
    for (const std::string* each : exprs) wanted.merge(query_of(*each).metrics());
    scrape_.emplace(world.recorder, plan.objectives, wanted);
    scrape_interval_ = std::max(plan.alerts.scrape_interval, world.recorder.slice());
    next_scrape_ = sim::Time(scrape_interval_);
    interval_ms_ = next_evaluation_ms_ = at_least_1_ms(plan.alerts.evaluation_interval);
    for (const auto& [name, rule] : plan.alerts.records) {
        const std::int64_t ms =
            at_least_1_ms(rule.interval.value_or(plan.alerts.evaluation_interval));
        records_.push_back({name, {query_of(rule.expr), scrape_->series()}, ms, ms});
    }
    for (const auto& [name, rule] : rules) add_rule(name, rule);
    if (plan.game_day) {
        for (const auto& [name, state] : plan.game_day->steady_state) {
            states_.push_back({name, {query_of(state.expr), scrape_->series()}});
        }
    }
    add_doings(plan.alerts.route, "route");
}

void Watch::add_rule(const std::string& name, const AlertRule& rule) {
    rules_.emplace_back(name, rule, query_of(rule.expr), *scrape_);
    rules_.back().doings = doings_of(rule.actions, name);
}

void Watch::add_steps(const ActionChoice& choice, std::vector<Doing::Step>& steps) {
    const auto* const response = choice.as<Respond::Spec>();
    if (response != nullptr) {
        steps.push_back(
            {nullptr, response->after.build(), &OnCallResponse::acknowledged, "acknowledged"});
        steps.push_back(
            {nullptr, response->diagnose.build(), &OnCallResponse::diagnosed, "diagnosed"});
    } else {
        steps.push_back({Actions::build(choice), Actions::delay_of(choice).build()});
    }
    const std::vector<ActionChoice>* const more = Actions::steps_of(choice);
    if (more == nullptr) return;
    for (const ActionChoice& each : *more) add_steps(each, steps);
    if (response == nullptr) return;
    steps.push_back({nullptr, Times().build(), &OnCallResponse::fixed, "fixed"});
    steps.push_back({nullptr, response->verify.build(), &OnCallResponse::verified, "verified"});
}

Watch::Doings Watch::doings_of(const std::vector<ActionChoice>& choices, const std::string& whose) {
    Doings doings;
    for (const ActionChoice& each : choices) {
        const std::string number = fmt::format("{} {}", whose, doings.size());
        doings.push_back({{}, sim::stream_key(world_.seed, "actions", number)});
        add_steps(each, doings.back().steps);
        doings.back().is_response = std::ranges::any_of(
            doings.back().steps, [](const Doing::Step& step) { return step.stage != nullptr; });
        has_responses_ = has_responses_ || doings.back().is_response;
    }
    return doings;
}

void Watch::add_doings(const RouteSpec& route, const std::string& where) {
    if (!route.actions.empty()) of_routes_.emplace_back(&route, doings_of(route.actions, where));
    for (std::size_t i = 0; i < route.routes.size(); ++i) {
        add_doings(route.routes[i], fmt::format("{}/{}", where, i));
    }
}

sim::Time Watch::next() const {
    sim::Time first = std::min(next_scrape_, next_users_);
    std::int64_t ms = std::min(next_evaluation_ms_, notifier_.next());
    for (const Record& each : records_) ms = std::min(ms, each.next_ms);
    if (ms != kNever) first = std::min(first, time_of(ms));
    return first;
}

void Watch::look() {
    const sim::Time now = world_.scheduler.now();
    const std::int64_t ms = promql::milliseconds(now.time_since_epoch());
    world_.recorder.catch_up();
    if (now >= next_scrape_) scrape(now);
    for (Record& each : records_) {
        if (now >= time_of(each.next_ms)) evaluate(each, ms);
    }
    if (next_evaluation_ms_ != kNever && now >= time_of(next_evaluation_ms_)) evaluate(ms);
    tell(ms);
    if (now >= next_users_) look_at_users(now);
}

void Watch::scrape(sim::Time now) {
    scrape_->take(now);
    next_scrape_ = now + scrape_interval_;
}

void Watch::evaluate(std::int64_t now) {
    next_evaluation_ms_ = now + interval_ms_;
    if (time_of(now) >= world_.recorder.measured_from()) {
        for (State& each : states_) {
            each.looks.push_back({time_of(now), !each.asking.ask(now).empty()});
        }
    }
    for (Rule& each : rules_) evaluate(each, now);
}

// What a query came to since the warm-up; of several series, their sum.
void Watch::evaluate(Record& record, std::int64_t now) const {
    record.next_ms = now + record.interval_ms;
    if (now < promql::milliseconds(world_.recorder.measured_from().time_since_epoch())) return;
    const promql::Vector found = record.asking.ask(now);
    double value = 0;
    for (const promql::Element& each : found) value += each.value;
    if (!found.empty() && !std::isnan(value)) record.values.push_back({now, value});
}

void Watch::evaluate(Rule& rule, std::int64_t now) {
    for (const std::size_t index : rule.states.evaluate(now, rule.asking.ask(now))) {
        change(rule, rule.states.all()[index], now);
    }
    if (rule.is_in_trouble || rule.asking.trouble().empty()) return;
    rule.is_in_trouble = true;
    world_.recorder.incident("alert " + rule.name, "has no result", rule.asking.trouble());
}

void Watch::change(Rule& rule, const AlertTimes& times, std::int64_t now) {
    const bool is_firing = !times.resolved_ms;
    world_.recorder.incident("alert " + rule.name, is_firing ? "firing" : "resolved",
                             promql::text_of(times.labels));
    AlertChange change{now, times.labels, is_firing};
    promql::set_label(change.labels, "alertname", rule.name);
    changes_.push_back(std::move(change));
    if (is_firing) act(rule.doings, "alert " + rule.name);
}

void Watch::tell(std::int64_t now) {
    std::vector<Message> messages = notifier_.look_until(now - 1);
    for (const AlertChange& each : changes_) notifier_.take(each);
    changes_.clear();
    for (Message& each : notifier_.look_until(now)) messages.push_back(std::move(each));
    for (const Message& each : messages) {
        if (time_of(each.at_ms) >= world_.recorder.measured_from()) {
            messages_.push_back({time_of(each.at_ms), each.receiver, promql::text_of(each.group),
                                 each.firing, each.resolved});
        }
        if (each.firing == 0) continue;
        for (auto& [route, doings] : of_routes_) {
            if (route == each.acts) act(doings, each.receiver + " was notified");
        }
    }
}

// Once a slice, of the slices that are over: as soon as users suffer too much of what has struck,
// the game day is called off.
void Watch::look_at_users(sim::Time now) {
    const AbortSpec& abort = *plan_.game_day->abort;
    const sim::Duration slice = world_.recorder.slice();
    next_users_ = now + slice;
    const auto window = static_cast<std::size_t>(std::max<std::int64_t>(1, abort.over / slice));
    const auto over = static_cast<std::size_t>(now.time_since_epoch() / slice);
    const sim::Slice sum = sim::sum_of(world_.recorder.meter(abort.node.node).record().slices,
                                       over - std::min(over, window), over);
    const bool suffers = sum.finished > 0 && sum.succeeded < abort.below.value * sum.finished;
    if (!suffers || !controls_.is_struck()) return;
    next_users_ = sim::kForever;
    controls_.call_off(fmt::format("{:.2f} % of the requests of {} succeeded",
                                   100.0 * sum.succeeded / sum.finished, abort.node.node));
}

void Watch::act(Doings& doings, const std::string& why) {
    for (Doing& each : doings) {
        if (each.is_response) {
            if (is_responding()) continue;
            responses_.push_back({why, world_.scheduler.now(), {}, {}, {}, {}});
        }
        const sim::Draws draws(sim::request_key(each.stream, each.times++));
        tasks_.run(carry_out(each, draws, why, responses_.size()));
    }
}

// Who is on call has one incident at a time.
bool Watch::is_responding() const {
    return !responses_.empty() && !responses_.back().verified;
}

// `response`: of those that there are, the last is its own, if it is one.
sim::Task<void> Watch::carry_out(const Doing& doing, sim::Draws draws, std::string why,
                                 std::size_t response) {
    for (const Doing::Step& each : doing.steps) {
        const sim::Duration delay = each.delay.sample_duration(draws);
        if (delay > sim::Duration::zero()) co_await sim::sleep(world_.scheduler, delay);
        if (each.action != nullptr) {
            each.action->act(controls_, why);
        } else {
            reach(each, response - 1);
        }
    }
}

void Watch::reach(const Doing::Step& step, std::size_t response) {
    responses_[response].*step.stage = world_.scheduler.now();
    world_.recorder.incident("on call", std::string(step.stage_name), responses_[response].who);
}

std::vector<sim::Time> Watch::firings() const {
    std::vector<sim::Time> times;
    for (const Rule& rule : rules_) {
        for (const AlertTimes& each : rule.states.all()) {
            if (each.firing_ms) times.push_back(time_of(*each.firing_ms));
        }
    }
    return times;
}

void Watch::finish(const std::vector<OutageTime>& outages, sim::Recording& recording) const {
    for (const auto& [name, objective] : plan_.objectives) {
        recording.watched.push_back(budget_of(name, objective, recording));
    }
    const Detection detection(outages, recording);
    for (const Record& each : records_) {
        recording.watched.push_back({"records", each.name, detection.measures(each.values)});
    }
    if (!rules_.empty()) add_alerts(detection, recording);
    for (const State& each : states_) {
        recording.watched.push_back(judged(*plan_.game_day, each.name, each.looks, outages));
    }
    if (!plan_.game_day && !has_responses_) return;
    for (sim::Watched& each : recovery_of(outages, firings(), responses_, recording)) {
        recording.watched.push_back(std::move(each));
    }
}

void Watch::add_alerts(const Detection& detection, sim::Recording& recording) const {
    std::vector<AlertTimes> all;
    for (const Rule& each : rules_) {
        const std::vector<AlertTimes>& alerts = each.states.all();
        all.insert(all.end(), alerts.begin(), alerts.end());
        sim::Watched watched{"alerts", each.name, detection.measures(alerts)};
        add_note(watched, "severity", each.spec.labels);
        add_note(watched, "runbook_url", each.spec.annotations);
        for (const AlertTimes& times : alerts) {
            watched.spans.push_back({promql::text_of(times.labels), time_of(times.active_ms),
                                     maybe(times.firing_ms), maybe(times.resolved_ms)});
        }
        recording.watched.push_back(std::move(watched));
    }
    recording.watched.push_back({"alerts", "any", detection.measures_together(all)});
    recording.messages = messages_;
    add_receivers(recording);
}

void Watch::add_receivers(sim::Recording& recording) const {
    for (const std::string& receiver : receivers_of(plan_.alerts.route)) {
        double sent = 0;
        double first = kNoTime;
        for (const sim::Message& each : messages_) {
            if (each.to != receiver) continue;
            if (sent++ == 0) first = sim::seconds(each.at.time_since_epoch());
        }
        recording.watched.push_back(
            {"receivers", receiver, {{"notified", "", sent}, {"first_s", "s", first}}});
    }
}

std::vector<std::string> scaled_nodes(const AlertsSpec& alerts) {
    std::set<std::string> nodes;
    for (const auto& [name, rule] : alerts.rules) add_scaled(rule.actions, nodes);
    add_scaled(alerts.route, nodes);
    return {nodes.begin(), nodes.end()};
}

}  // namespace models
