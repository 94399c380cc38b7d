// Alerts and who is told of them, played over series and changes that are all there.
#pragma once

#include <vector>

#include "models/observers/alert_states.h"
#include "models/observers/notifications.h"

namespace support {

struct Evaluations {
    std::int64_t first_ms;
    std::int64_t interval_ms;
    std::int64_t end_ms;  // the last one is no later
};

inline std::vector<models::AlertTimes> evaluate(const models::AlertRule& rule,
                                                const models::promql::Asking& asking,
                                                Evaluations when) {
    models::AlertStates states(rule);
    for (std::int64_t now = when.first_ms; now <= when.end_ms; now += when.interval_ms) {
        states.evaluate(now, asking.ask(now));
    }
    return states.all();
}

// The changes in order of time.
inline std::vector<models::Message> notify(const models::RouteSpec& route,
                                           const std::vector<models::AlertChange>& changes,
                                           std::int64_t end_ms) {
    models::Notifier notifier(route);
    std::vector<models::Message> all;
    const auto look_until = [&](std::int64_t end) {
        for (models::Message& each : notifier.look_until(end)) all.push_back(std::move(each));
    };
    for (const models::AlertChange& each : changes) {
        look_until(each.at_ms - 1);
        notifier.take(each);
    }
    look_until(end_ms);
    return all;
}

}  // namespace support
