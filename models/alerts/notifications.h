// Who is told of which alerts, and when: Alertmanager's routes, groups and repetitions.
//
// A group is told of group_wait after its first alert came, and looked at every group_interval from
// then on: it is told of again when an alert fires or resolved that the last message did not have
// so, or when repeat_interval has passed (dispatch/dispatch.go and notify/notify.go, needsUpdate,
// of Alertmanager 0.25). A group without alerts is forgotten at the next half minute.
#pragma once

#include <cstdint>
#include <vector>

#include "models/alerts/alert_rules.h"
#include "models/alerts/promql.h"
#include "models/spec/json/problems.h"

namespace models {

// As Prometheus sends it to its Alertmanager.
struct AlertChange {
    std::int64_t at_ms;
    promql::Labels labels;  // with alertname
    bool is_firing;         // else it is resolved
};

struct Message {
    std::int64_t at_ms;
    std::string receiver;
    promql::Labels group;
    std::uint32_t firing;
    std::uint32_t resolved;
};

// The changes in order of time; messages until `end_ms`.
std::vector<Message> notify(const RouteSpec& route, const std::vector<AlertChange>& changes,
                            std::int64_t end_ms);

// Everybody who may be told.
std::vector<std::string> receivers_of(const RouteSpec& route);

// What is wrong with a matcher; empty when nothing is.
std::string why_no_matcher(const std::string& text);

}  // namespace models
