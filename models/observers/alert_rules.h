// Alerts as Prometheus and its Alertmanager are told them, in their words: rules that are evaluated
// now and then, queries whose result is kept, and who is told.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/observers/actions/actions.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct AlertRule {
    static constexpr std::string_view name = "alert_rule";
    static constexpr std::string_view doc = "An alerting rule (Prometheus).";
    std::string expr;
    sim::Duration hold{};
    sim::Duration keep_firing_for{};
    spec::Named<std::string> labels;
    spec::Named<std::string> annotations;
    std::vector<ActionChoice> actions;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("expr", &AlertRule::expr, not_empty(),
                     "Alert condition, in PromQL: each series of the result is an alert."),
            param("for", &AlertRule::hold, at_least(sim::Duration::zero()),
                  "How long the condition must hold before the alert fires; until then it is "
                  "pending."),
            param("keep_firing_for", &AlertRule::keep_firing_for, at_least(sim::Duration::zero()),
                  "How long the alert keeps firing after the condition last held."),
            param("labels", &AlertRule::labels, "Labels that are added, such as severity."),
            param("annotations", &AlertRule::annotations,
                  "Annotations, such as a summary; runbook_url is a file beside the scenario, or "
                  "an address."),
            param("actions", &AlertRule::actions,
                  "What is done whenever it begins to fire, as by a webhook.")};
    }
};

struct RecordingRule {
    static constexpr std::string_view name = "recording_rule";
    static constexpr std::string_view doc =
        "A recording rule: a query whose result is kept as a time series.";
    std::string expr;
    std::optional<sim::Duration> interval;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("expr", &RecordingRule::expr, not_empty(),
                                   "Query in PromQL; of several series the sum is kept."),
                          param("interval", &RecordingRule::interval,
                                at_least(sim::Duration(std::chrono::milliseconds(1))),
                                "Evaluation interval. Without it, evaluation_interval.")};
    }
};

// Whom an alert goes to, and when. What a route inside of another does not say is as there.
struct RouteSpec {
    static constexpr std::string_view name = "route";
    static constexpr std::string_view doc =
        "A route (Alertmanager): who is notified of which alerts, and how often.";
    std::string receiver;
    std::vector<std::string> matchers;
    std::optional<std::vector<std::string>> group_by;
    std::optional<sim::Duration> group_wait;
    std::optional<sim::Duration> group_interval;
    std::optional<sim::Duration> repeat_interval;
    bool goes_on = false;
    std::vector<ActionChoice> actions;
    std::vector<RouteSpec> routes;
    static constexpr auto params();
};

constexpr auto RouteSpec::params() {
    using namespace spec;
    return std::tuple{
        param("receiver", &RouteSpec::receiver,
              "Receiver that is notified, by name. Without it, that of the route around it; of the "
              "outermost, \"default\"."),
        param("matchers", &RouteSpec::matchers,
              "Only alerts whose labels match all of these, as in \"severity=critical\"; also !=, "
              "=~ and !~."),
        param("group_by", &RouteSpec::group_by,
              "Labels by which alerts are grouped into one notification; \"...\" is all labels, so "
              "that every alert is alone. Without any, all alerts are one group."),
        param("group_wait", &RouteSpec::group_wait, at_least(sim::Duration::zero()),
              "How long a new group waits for more alerts; 30s unless given."),
        param("group_interval", &RouteSpec::group_interval,
              at_least(sim::Duration(std::chrono::seconds(1))),
              "How long until a group whose alerts changed is notified again; 5min unless given."),
        param("repeat_interval", &RouteSpec::repeat_interval,
              at_least(sim::Duration(std::chrono::seconds(1))),
              "How long until a group that still fires is notified again; 4h unless given."),
        param("continue", &RouteSpec::goes_on,
              "Whether the following routes are tried, too, when this one matches."),
        param("actions", &RouteSpec::actions,
              "What its receiver does each time it is notified of alerts that fire, as a runbook "
              "says. Without any, those of the route around it."),
        param("routes", &RouteSpec::routes, "Routes inside of it; the first that matches wins.")};
}

struct AlertsSpec {
    static constexpr std::string_view name = "alerts";
    static constexpr std::string_view doc =
        "Monitoring: how often metrics are scraped, alert rules, and who is notified.";
    sim::Duration scrape_interval = std::chrono::seconds(15);
    sim::Duration evaluation_interval = std::chrono::seconds(15);
    spec::Named<AlertRule> rules;
    spec::Named<RecordingRule> records;
    RouteSpec route;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("scrape_interval", &AlertsSpec::scrape_interval,
                                at_least(sim::Duration(std::chrono::milliseconds(1))),
                                "How often metrics are scraped; at least run.slice."),
                          param("evaluation_interval", &AlertsSpec::evaluation_interval,
                                at_least(sim::Duration(std::chrono::milliseconds(1))),
                                "How often rules are evaluated."),
                          param("rules", &AlertsSpec::rules, "Alerts, by name."),
                          param("records", &AlertsSpec::records, "Recording rules, by name."),
                          param("route", &AlertsSpec::route, "Routing tree of notifications.")};
    }
};

}  // namespace models
