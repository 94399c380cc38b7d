// Topics that get more partitions while they are in use: with whom failures meet, whom a
// cooperative rebalance leaves alone, and what a transaction makes of it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

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

// Orders of a thousand items for a minute of two; from 20 s on the topic has eight partitions
// instead of two, of which everybody who asks each 2 s knows. Each order that is handled becomes a
// bill.
struct GrowingTopic {
    std::string group = "";
    std::string failures = "";
    std::string topic = R"("min_insync_replicas": 2)";
    std::string isolation = "read_uncommitted";
};

sim::Recording run_growing(const GrowingTopic& plan, std::uint64_t seed = 1) {
    return support::play(fmt::format(R"({{"run": {{"measure": "120s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "app.put", "rate": "200/s",
                     "population": {{"keys": {{"kind": "uniform", "count": 1000}}}},
                     "stages": [{{"target": "200/s", "duration": "60s"}}, {{"target": "0/s", "duration": "0s"}}]}},
        "app": {{"kind": "server", "threads": 10000, "endpoints": {{"put": [{{"publish": "kafka.orders", "key": "item"}}]}}}},
        "kafka": {{"kind": "kafka", "metadata_max_age": "2s", "broker_session_timeout": "3s",
                   "broker_heartbeat_interval": "1s",
                   "topics": {{"orders": {{"partitions": 2, {0}, "alter": [{{"at": "20s", "partitions": 8}}]}},
                               "bills": {{"partitions": 4, {0}}}}}}},
        "mail": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "mailer.send", {1}
                  "initial_rebalance_delay": "1s", "session_timeout": "6s", "heartbeat_interval": "1s"}},
        "mailer": {{"kind": "server", "replicas": 4,
                    "endpoints": {{"send": [{{"work": "5ms"}}, {{"publish": "kafka.bills"}}]}}}},
        "book": {{"kind": "consumer_group", "topics": ["kafka.bills"], "handler": "ledger.book",
                  "initial_rebalance_delay": "0s", "isolation_level": "{2}"}},
        "ledger": {{"kind": "server", "endpoints": {{"book": [{{"once": "seen", "steps": [{{"work": "100us"}}]}}]}}}},
        "seen": {{"kind": "redis"}}}}, "failures": [{3}]}})",
                                     plan.topic, plan.group, plan.isolation, plan.failures),
                         seed);
}

std::string crash_of(const std::string& target, double at_s, double lasts_s) {
    return fmt::format(R"({{"kind": "crash", "target": "{}", "at": "{}s", "lasts": "{}s"}})",
                       target, at_s, lasts_s);
}

// A topic of two groups: what was published to either, against what became of it.
void check_grown_account(const sim::Recording& run) {
    double of_groups = measure(run, "kafka", "lost");
    for (const char* const group : {"mail", "book"}) {
        for (const char* const fate : {"handled", "aborted", "missed", "unread", "skipped"}) {
            of_groups += measure(run, group, fate);
        }
    }
    // What was acknowledged late is appended, and its publisher was told of a failure.
    CHECK(measure(run, "kafka", "appended") - measure(run, "kafka", "appended_again") <= of_groups);
    CHECK(of_groups <= measure(run, "kafka", "appended"));
}

double pauses_of_mail(const sim::Recording& run) {
    for (const sim::Measure& each : node(run, "mail").measures) {
        if (each.name == "pause") return static_cast<double>(each.spread->count());
    }
    return 0;
}

double bills_booked_again(const sim::Recording& run) {
    for (const sim::Measure& each : node(run, "ledger").measures) {
        if (each.name == "count_duplicates") return each.value;
    }
    return 0;
}

}  // namespace

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

// The one that would lead new partitions, and the active controller that creates them, each from
// before the change until after it; and a member while the group learns of them.
TEST_CASE("a topic grows whoever is down, and no record is lost or left") {
    for (const std::string& failure : {crash_of("kafka[2]", 15, 20), crash_of("kafka[0]", 19.9, 10),
                                       crash_of("mailer[1]", 21, 3)}) {
        for (std::uint64_t seed = 1; seed <= 3; ++seed) {
            CAPTURE(failure);
            CAPTURE(seed);
            GrowingTopic plan;
            plan.failures = failure;
            const sim::Recording run = run_growing(plan, seed);
            check_grown_account(run);
            CHECK(node(run, "kafka").topics[0].partitions == 8);
            CHECK(measure(run, "kafka", "lost") == 0);
            CHECK(measure(run, "mail", "missed") == 0);
            CHECK(measure(run, "mail", "unread") == 0);
            CHECK(measure(run, "mail", "idle_members") == 0);
            CHECK(measure(run, "mail", "handled") >=
                  static_cast<double>(node(run, "clients").totals.of(sim::Outcome::succeeded)));
        }
    }
}

// With no controller to create them, there are no more partitions until there is one.
TEST_CASE("without a majority of controllers a topic does not grow until there is one again") {
    GrowingTopic plan;
    plan.failures = crash_of("kafka[0]", 19, 21) + ", " + crash_of("kafka[1]", 19, 21);
    plan.topic = R"("min_insync_replicas": 1)";
    const sim::Recording run = run_growing(plan);
    double altered_s = 0;
    for (const sim::Incident& each : run.incidents) {
        if (each.what == "altered") altered_s = sim::seconds(each.at.time_since_epoch());
    }
    CHECK(altered_s > 40);
    CHECK(altered_s < 50);
    CHECK(node(run, "kafka").topics[0].partitions == 8);
    CHECK(measure(run, "mail", "unread") == 0);
}

// Two of four members have nothing to read at first, and get of what is new; those that read go on.
TEST_CASE("a cooperative rebalance gives new partitions out and stops nobody") {
    GrowingTopic plan;
    plan.group = R"("assignor": "cooperative-sticky",)";
    const sim::Recording cooperative = run_growing(plan);
    check_grown_account(cooperative);
    plan.group = R"("assignor": "range",)";
    const sim::Recording eager = run_growing(plan);
    check_grown_account(eager);
    for (const sim::Recording* const run : {&cooperative, &eager}) {
        CHECK(measure(*run, "mail", "idle_members") == 0);
        CHECK(measure(*run, "mail", "handled_again") == 0);
        CHECK(measure(*run, "mail", "unread") == 0);
    }
    // When they begin to read first; an eager one stops the two that read once more.
    CHECK(pauses_of_mail(eager) - pauses_of_mail(cooperative) >= 2);
}

// Members die while the topic grows: what they had published of open transactions is aborted.
TEST_CASE("each effect is there once while a topic grows, and members die") {
    for (const char* const assignor : {"range", "cooperative-sticky"}) {
        CAPTURE(assignor);
        GrowingTopic plan;
        plan.isolation = "read_committed";
        plan.group = fmt::format(R"("assignor": "{}", "processing_guarantee": "exactly_once_v2",
            "commit_interval": "100ms",)",
                                 assignor);
        plan.failures = crash_of("mailer[0]", 21.03, 1.5) + ", " +
                        crash_of("mailer[2]", 23.07, 1.5) + ", " + crash_of("kafka[2]", 19.5, 4);
        const sim::Recording run = run_growing(plan);
        check_grown_account(run);
        CHECK(measure(run, "kafka", "aborted") > 0);
        CHECK(bills_booked_again(run) == 0);
        CHECK(measure(run, "mail", "missed") == 0);
        CHECK(measure(run, "mail", "unread") == 0);
        CHECK(measure(run, "book", "handled") == measure(run, "mail", "handled"));
    }
}
