// Members of a group that read different topics, and topics that get more partitions meanwhile.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "models/log_broker/consumer_group_spec.h"
#include "tests/support/play.h"

using support::measure;
using support::node;

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

// A topic of one partition has four from 20 s on; who asks at intervals of 10 s learns of it.
sim::Recording run_of_growth(const std::string& reset, const std::string& age = "10s",
                             const std::string& alter = R"([{"at": "20s", "partitions": 4}])") {
    return support::play(fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", "rate": "100/s", "arrivals": "constant",
                     "population": {{"keys": {{"kind": "uniform", "count": 1000}}}}}},
        "app": {{"kind": "server", "endpoints": {{"put": [{{"publish": "kafka.orders", "key": "item"}}]}}}},
        "kafka": {{"kind": "kafka", "metadata_max_age": "{}",
                   "topics": {{"orders": {{"partitions": 1, "alter": {}}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send",
                  "auto_offset_reset": "{}", "initial_rebalance_delay": "5s"}},
        "mailer": {{"kind": "server", "replicas": 2, "endpoints": {{"send": [{{"wait": "1us"}}]}}}}}}}})",
                                     age, alter, reset),
                         1);
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

TEST_CASE("a topic gets more partitions, and whoever asks learns of them") {
    const sim::Recording grown = run_of_growth("earliest");
    // From 30 s on at the latest keys are shared out to four: 3,000 records by 1,000 keys.
    CHECK(measure(grown, "kafka", "emptiest_partition") > 500);
    // All of them are read, those that came before the group knew of their partition, too.
    CHECK(measure(grown, "mail", "handled") + measure(grown, "mail", "unread") ==
          measure(grown, "kafka", "published"));
    CHECK(measure(grown, "mail", "unread") < 100);
    CHECK(measure(grown, "mail", "idle_members") == 0);
    CHECK(measure(grown, "kafka", "elections") == 0);
    REQUIRE(node(grown, "kafka").topics.size() == 1);
    CHECK(node(grown, "kafka").topics[0].partitions == 4);
}

TEST_CASE("nobody knows of partitions before he has asked") {
    // Neither of them asks in this run, so the new ones stay empty; one member has nothing to read.
    const sim::Recording late = run_of_growth("earliest", "5min");
    CHECK(measure(late, "kafka", "emptiest_partition") == 0);
    CHECK(measure(late, "mail", "idle_members") == 1);
    // And what would come after the end is not there.
    const sim::Recording never =
        run_of_growth("earliest", "10s", R"([{"at": "90s", "partitions": 4}])");
    CHECK(node(never, "kafka").topics[0].partitions == 1);
    CHECK(measure(never, "kafka", "emptiest_partition") == measure(never, "kafka", "published"));
}
