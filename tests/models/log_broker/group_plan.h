// A shop that publishes orders, and a group of mailers that reads them: what tests of consumer
// groups vary, and the account that must always add up.
#pragma once

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

namespace groups {

using support::measure;
using support::play;

struct GroupPlan {
    int partitions = 6;
    int instances = 3;
    std::string work = "1ms";
    std::string group{};
    std::string rate = "200/s";
    std::string topic{};
    std::string mailer{};
    std::string failures{};
    std::string measure = "60s";
    std::string more_nodes{};
    std::string more{};
};

inline std::string mails(const GroupPlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "{}"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "shop.order", "rate": "{}", "arrivals": "constant",
                     "population": {{"keys": {{"kind": "in_turn", "count": 600}}}}}},
        "shop": {{"kind": "server", "threads": 10000, "endpoints": {{"order": [{{"publish": "kafka.orders"}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{"partitions": {}{}}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send",
                  "initial_rebalance_delay": "1s"{}}},
        "mailer": {{"kind": "server", "replicas": {}{},
                    "endpoints": {{"send": [{{"work": "{}"}}]}}}}{}}},
        "failures": [{}]{}}})",
                       plan.measure, plan.rate, plan.partitions, plan.topic, plan.group,
                       plan.instances, plan.mailer, plan.work, plan.more_nodes, plan.failures,
                       plan.more);
}

inline double mail(const sim::Recording& run, const std::string& name) {
    return measure(run, "mail", name);
}

// What producers were told against what the group has written down, record by record.
inline void check_account(const sim::Recording& run) {
    CHECK(measure(run, "kafka", "published") ==
          mail(run, "handled") + mail(run, "skipped") + mail(run, "dead_lettered") +
              mail(run, "missed") + mail(run, "unread") + mail(run, "expired_unread") +
              measure(run, "kafka", "lost"));
}

}  // namespace groups
