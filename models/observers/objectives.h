// What an objective's error budget comes to: how much there is, how much is used, and how fast.
//
// The budget of 99.9 % over 30 days is 43.2 minutes. A burn rate of 1 uses it up exactly in its
// window (Google, The Site Reliability Workbook, chapter 5).
#pragma once

#include <string>

#include "models/observers/alert_rules.h"
#include "models/observers/objective_spec.h"
#include "sim/recording.h"

namespace models {

sim::Watched budget_of(const std::string& name, const SloSpec& objective,
                       const sim::Recording& recording);

// The chapter's multiwindow, multi-burn-rate alerts on an objective (its table 5-8): who is paged
// when 2 % of a month's budget go in an hour or 5 % in six, and a ticket for 10 % in one day or in
// three. The short window, a twelfth, ends an alert soon after the trouble.
spec::Named<AlertRule> burn_rate_alerts(const std::string& name, const SloSpec& objective);

}  // namespace models
