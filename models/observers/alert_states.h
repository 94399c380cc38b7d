// How an alert's rule goes through its states, evaluation by evaluation.
//
// As Prometheus does it (rules/alerting.go, v2.42): found, an alert is pending until it has been
// found for as long as `for` says, then it fires; not found, a pending one is forgotten at once and
// a firing one goes on for `keep_firing_for`, then it is resolved.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "models/observers/alert_rules.h"
#include "models/observers/promql.h"

namespace models {

struct AlertTimes {
    promql::Labels labels;  // with the rule's, but for the alert's name
    std::int64_t active_ms;
    std::optional<std::int64_t> firing_ms;
    std::optional<std::int64_t> resolved_ms;
};

// Of one rule, which outlives it.
class AlertStates {
public:
    explicit AlertStates(const AlertRule& rule) : rule_(rule) {}

    // What the rule's query found now. Returns those that fire from now on, or are resolved, by
    // their place among all.
    std::vector<std::size_t> evaluate(std::int64_t now, promql::Vector found);

    // In the order in which they became active.
    const std::vector<AlertTimes>& all() const { return times_; }

private:
    bool keep(AlertTimes& times, std::int64_t now);
    bool lose(AlertTimes& times, std::int64_t now);

    const AlertRule& rule_;
    std::map<promql::Labels, std::size_t> active_;
    std::map<promql::Labels, std::int64_t> missing_;  // since when it was not found
    std::vector<AlertTimes> times_;
};

}  // namespace models
