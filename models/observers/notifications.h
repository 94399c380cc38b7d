// Who is told of which alerts, and when: Alertmanager's routes, groups and repetitions.
//
// A group is told of group_wait after its first alert came, and looked at every group_interval from
// then on: it is told of again when an alert fires or resolved that the last message did not have
// so, or when repeat_interval has passed (dispatch/dispatch.go and notify/notify.go, needsUpdate,
// of Alertmanager 0.25). A group without alerts is forgotten at the next half minute.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/observers/alert_rules.h"
#include "models/observers/promql.h"
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
    const RouteSpec* acts;  // whose actions its receiver takes; none when nobody said any
};

// Who is told while alerts come and go. The route outlives it.
class Notifier {
public:
    explicit Notifier(const RouteSpec& route);
    ~Notifier();

    // When somebody may have to be told, in milliseconds; never when there is nothing to tell of.
    std::int64_t next() const;
    // Messages until then, in the order of time; of one moment, in the order of their groups.
    std::vector<Message> look_until(std::int64_t end_ms);
    // Changes come in the order of time, after all messages before them.
    void take(const AlertChange& change);

private:
    class Dispatcher;
    std::unique_ptr<Dispatcher> dispatcher_;
};

// Everybody who may be told.
std::vector<std::string> receivers_of(const RouteSpec& route);

// What is wrong with a matcher; empty when nothing is.
std::string why_no_matcher(const std::string& text);

}  // namespace models
