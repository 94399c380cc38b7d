// How an alert's rule goes through its states, evaluation by evaluation.
//
// As Prometheus does it (rules/alerting.go, v2.42): found, an alert is pending until it has been
// found for as long as `for` says, then it fires; not found, a pending one is forgotten at once and
// a firing one goes on for `keep_firing_for`, then it is resolved.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "models/alerts/alert_rules.h"
#include "models/alerts/promql.h"

namespace models {

struct RuleTiming {
    std::int64_t first_ms;  // the first evaluation
    std::int64_t interval_ms;
    std::int64_t end_ms;  // the last evaluation is no later
};

struct AlertTimes {
    promql::Labels labels;  // with the rule's, but for the alert's name
    std::int64_t active_ms;
    std::optional<std::int64_t> firing_ms;
    std::optional<std::int64_t> resolved_ms;
};

// In the order in which they became active.
std::vector<AlertTimes> evaluate(const AlertRule& rule, const promql::Asking& asking,
                                 RuleTiming timing);

}  // namespace models
