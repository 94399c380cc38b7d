// Members of a group that read different topics.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// Ten records a second to each of two topics of two partitions; two instances read them.
std::string two_topics(const std::string& subscriptions) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", "rate": "10/s", "arrivals": "constant"}},
        "app": {{"kind": "server", "endpoints": {{"put": [
            {{"publish": "kafka.orders"}}, {{"publish": "kafka.bills"}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{"partitions": 2}},
                                                "bills": {{"partitions": 2}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders", "kafka.bills"],
                  "initial_rebalance_delay": "1s", {} "handler": "mailer.send"}},
        "mailer": {{"kind": "server", "replicas": 2, "endpoints": {{"send": [{{"wait": "1us"}}]}}}}}}}})",
                       subscriptions);
}

double idle(const std::string& subscriptions) {
    return measure(support::play(two_topics(subscriptions), 1), "mail", "idle_members");
}
double unread(const std::string& subscriptions) {
    return measure(support::play(two_topics(subscriptions), 1), "mail", "unread");
}

}  // namespace

TEST_CASE("members read what they subscribe to, and nothing of what nobody subscribes to") {
    CHECK(idle("") == 0);
    CHECK(idle(R"("subscriptions": {"0": ["orders"], "1": ["bills"]},)") == 0);
    CHECK(unread(R"("subscriptions": {"0": ["orders"], "1": ["bills"]},)") < 20);
    // Of about 1,200 records half are of a topic that none of them reads.
    CHECK(unread(R"("subscriptions": {"0-1": ["orders"]},)") > 590);
    // One of them has all that both can read.
    CHECK(idle(R"("subscriptions": {"0": ["orders", "bills"], "1": ["orders"]},
                  "assignor": "roundrobin",)") == 0);
}
