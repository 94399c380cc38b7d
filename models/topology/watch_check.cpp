// What is wrong with objectives and alerts, before any run.
#include "models/topology/watch_check.h"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>

#include "models/observers/notifications.h"
#include "models/observers/objectives.h"
#include "models/observers/promql.h"
#include "models/observers/scrape.h"
#include "models/spec/json/nearest.h"
#include "models/topology/scenario.h"

namespace models {

namespace {

// More evaluations of one rule than these nobody wants to wait for.
constexpr std::int64_t kMostEvaluations = 5'000'000;

class WatchChecker {
public:
    WatchChecker(const Scenario& scenario, const spec::Json& document, spec::Problems& problems)
        : scenario_(scenario), document_(document), problems_(problems) {}

    std::vector<std::string> run() {
        for (const auto& [name, objective] : scenario_.objectives) check(name, objective);
        const std::string alerts = "/alerts";
        for (const auto& [name, rule] : scenario_.alerts.rules) {
            const std::string at = pointer(alerts + "/rules", name);
            check_query(at + "/expr", rule.expr);
            check_runbook(at, name, rule);
            check_actions(at + "/actions", rule.actions);
        }
        for (const auto& [name, rule] : scenario_.alerts.records) {
            const std::string at = pointer(alerts + "/records", name);
            check_query(at + "/expr", rule.expr);
            if (rule.interval) check_interval(at + "/interval", *rule.interval);
        }
        check_interval(alerts + "/scrape_interval", scenario_.alerts.scrape_interval);
        check_interval(alerts + "/evaluation_interval", scenario_.alerts.evaluation_interval);
        check_route(alerts + "/route", scenario_.alerts.route);
        return std::move(warnings_);
    }

private:
    static std::string pointer(const std::string& in, const std::string& name) {
        return spec::pointer_to(in, std::string_view(name));
    }

    void check(const std::string& name, const SloSpec& objective) {
        const std::string at = pointer("/objectives", name);
        const auto& nodes = scenario_.nodes.entries;
        const auto node = std::ranges::find_if(
            nodes, [&](const auto& each) { return each.first == objective.node.node; });
        if (node == nodes.end()) {
            problem(at + "/node", fmt::format("there is no node \"{}\"", objective.node.node),
                    spec::did_you_mean(objective.node.node, node_names(), "there are: "));
        }
        if (!objective.burn_rate_alerts) return;
        for (const auto& [alert, rule] : burn_rate_alerts(name, objective)) {
            if (scenario_.alerts.rules.find(alert) != nullptr) {
                problem(at + "/burn_rate_alerts",
                        fmt::format("there is an alert \"{}\" already", alert));
            }
            check_runbook(at, alert, rule);
        }
    }

    // A run of a year, every millisecond.
    void check_interval(const std::string& at, sim::Duration interval) {
        const sim::Duration whole = scenario_.run.warm_up + scenario_.run.measure;
        if (whole / interval <= kMostEvaluations) return;
        problem(at,
                fmt::format("that is {} times in this run, more than {}", whole / interval,
                            kMostEvaluations),
                "make it longer");
    }

    void check_query(const std::string& at, const std::string& expr) {
        promql::QueryError error;
        if (promql::Query::parse(expr, error)) return;
        spec::SourceLocation place = spec::nearest_place(document_, at);
        // The caret is right but for what the file writes as an escape.
        if (place.source != spec::SourceLocation::kNowhere) {
            const auto within = static_cast<std::uint32_t>(1 + error.offset);
            place.column += within;
            place.offset += within;
        }
        problems_.add({place, at, error.message, error.hint});
    }

    // A runbook is a file beside the scenario, or an address, which nobody looks up here.
    void check_runbook(const std::string& at, const std::string& name, const AlertRule& rule) {
        const std::string* const severity = rule.labels.find("severity");
        if (severity == nullptr || (*severity != "critical" && *severity != "page")) return;
        const std::string* const runbook = rule.annotations.find("runbook_url");
        if (runbook == nullptr || runbook->empty()) {
            warnings_.push_back(
                fmt::format("alert \"{}\" is {}, and has no runbook_url: who is woken by it has to "
                            "find out alone what to do",
                            name, *severity));
            return;
        }
        if (runbook->find("://") != std::string::npos) return;
        const spec::SourceLocation place = spec::nearest_place(document_, at);
        const std::filesystem::path folder =
            place.source == spec::SourceLocation::kNowhere
                ? std::filesystem::path()
                : std::filesystem::path(problems_.source(place.source).name).parent_path();
        const std::string file = runbook->substr(0, runbook->find('#'));
        std::error_code error;
        if (std::filesystem::exists(folder / file, error)) return;
        warnings_.push_back(fmt::format("the runbook of alert \"{}\" is not there: {}", name,
                                        (folder / file).lexically_normal().string()));
    }

    void check_route(const std::string& at, const RouteSpec& route) {
        for (std::size_t i = 0; i < route.matchers.size(); ++i) {
            const std::string why = why_no_matcher(route.matchers[i]);
            if (why.empty()) continue;
            problem(fmt::format("{}/matchers/{}", at, i), why,
                    "write severity=critical, or severity=~\"page|critical\"");
        }
        check_actions(at + "/actions", route.actions);
        for (std::size_t i = 0; i < route.routes.size(); ++i) {
            check_route(fmt::format("{}/routes/{}", at, i), route.routes[i]);
        }
    }

    void check_actions(const std::string& in, const std::vector<ActionChoice>& actions) {
        for (std::size_t i = 0; i < actions.size(); ++i) {
            const std::string at = fmt::format("{}/{}", in, i);
            const ActionNeeds needs = Actions::needs_of(actions[i]);
            if (needs.node != nullptr) check_operated(at, needs);
            if (needs.failure != nullptr) check_failure(at + "/failure", *needs.failure);
            if (needs.any_failure && scenario_.failures.empty()) {
                problem(at, "there is nothing to abort: nothing fails here", "add \"failures\"");
            }
            if (const auto* const steps = Actions::steps_of(actions[i])) {
                check_actions(at + "/steps", *steps);
            }
        }
    }

    void check_operated(const std::string& at, const ActionNeeds& needs) {
        const std::string& name = needs.node->node;
        const NodeChoice* const node = scenario_.nodes.find(name);
        if (node == nullptr) {
            problem(at + "/node", fmt::format("there is no node \"{}\"", name),
                    spec::did_you_mean(name, node_names(), "there are: "));
            return;
        }
        const NodeFacts facts = Nodes::facts_of(*node);
        if (needs.scales && !facts.scales) {
            problem(at + "/node", fmt::format("\"{}\" ({}) cannot be scaled", name, node->kind()),
                    "a server can, unless it is a daemon");
        }
        if (needs.rolls_back && !facts.rolls_back) {
            problem(at + "/node",
                    fmt::format("\"{}\" ({}) has no rollout to roll back", name, node->kind()),
                    "a server with \"rollouts\" has");
        }
    }

    void check_failure(const std::string& at, const std::string& text) {
        const std::optional<std::size_t> failure = failure_named(text);
        const std::size_t count = scenario_.failures.size();
        if (failure && *failure < count) return;
        problem(at, fmt::format("there is no failure \"{}\"", text),
                count == 0 ? "nothing fails here: add \"failures\""
                           : fmt::format("there are failures[0] to failures[{}]", count - 1));
    }

    std::vector<std::string_view> node_names() const {
        std::vector<std::string_view> names;
        for (const auto& each : scenario_.nodes.entries) names.push_back(each.first);
        return names;
    }

    void problem(const std::string& at, std::string message, std::string hint = {}) {
        problems_.add(
            {spec::nearest_place(document_, at), at, std::move(message), std::move(hint)});
    }

    const Scenario& scenario_;
    const spec::Json& document_;
    spec::Problems& problems_;
    std::vector<std::string> warnings_;
};

}  // namespace

std::vector<std::string> unknown_metrics(const AlertsSpec& alerts,
                                         const sim::Recording& recording) {
    const std::set<std::string> names = metric_names(recording);
    const std::vector<std::string_view> known(names.begin(), names.end());
    std::vector<std::string> warnings;
    const auto check = [&](const std::string& who, const std::string& expr) {
        promql::QueryError error;
        const auto query = promql::Query::parse(expr, error);
        if (!query) return;
        for (const std::string& metric : query->metrics()) {
            if (metric.empty() || names.contains(metric)) continue;
            warnings.push_back(fmt::format("{} asks for \"{}\", which is never there: {}", who,
                                           metric,
                                           spec::did_you_mean(metric, known, "there are: ")));
        }
    };
    for (const auto& [name, rule] : alerts.rules) {
        check(fmt::format("alert \"{}\"", name), rule.expr);
    }
    for (const auto& [name, rule] : alerts.records) {
        check(fmt::format("record \"{}\"", name), rule.expr);
    }
    return warnings;
}

std::vector<std::string> check_watch(const Scenario& scenario, const spec::Json& document,
                                     spec::Problems& problems) {
    return WatchChecker(scenario, document, problems).run();
}

}  // namespace models
