// An outbox and its relay: what commits is published, and what a crash in each gap does.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct OutboxPlan {
    std::string rate = "50/s";
    std::string order =
        R"([{"transaction": "db", "steps": [{"call": "db"}, {"outbox": "relay"}]}])";
    std::string db{};
    std::string relay{};
    std::string publisher{};
    std::string kafka{};
    std::string failures{};
    std::string commit = "after";
    std::string measure = "60s";
    std::string quiet = "40s";  // when the last order comes
    std::string network{};
};

// Orders to a database, by an outbox to another: "account" compares the two.
std::string orders(const OutboxPlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "{}"}}, {} "nodes": {{
        "clients": {{"kind": "open_loop", "calls": [{{"to": "shop.order", "writes": "100%"}}],
                     "stages": [{{"target": "{}", "duration": "{}"}}, {{"target": "0/s", "duration": "0s"}}],
                     "rate": "{}", "population": {{"keys": {{"kind": "in_turn", "count": 1000000}}}}}},
        "shop": {{"kind": "server", "threads": 10000, "cores": 8, "endpoints": {{"order": {}}}}},
        "db": {{"kind": "database", "cores": 8, "service_time": "0.2ms"{}}},
        "relay": {{"kind": "outbox_relay", "database": "db", "topic": "kafka.orders", "runs_in": "publisher"{}}},
        "publisher": {{"kind": "server", "endpoints": {{"health": [{{"work": "1ms"}}]}}{}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{}}}}{}}},
        "group": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "viewer.apply", "commit": "{}",
                   "initial_rebalance_delay": "0s", "heartbeat_interval": "1s", "session_timeout": "5s"}},
        "viewer": {{"kind": "server", "endpoints": {{"apply": [{{"call": "view", "write": true}}]}}}},
        "view": {{"kind": "database", "service_time": "0.1ms"}},
        "account": {{"kind": "reconciliation", "source": "db", "target": "view"}}}},
        "failures": [{}]}})",
                       plan.measure, plan.network, plan.rate, plan.quiet, plan.rate, plan.order,
                       plan.db, plan.relay, plan.publisher, plan.kafka, plan.commit, plan.failures);
}

// What happens to a node every 3 s or so, for half a second.
std::string crashes(const std::string& target) {
    return fmt::format(
        R"({{"kind": "crash", "target": "{}", "time_to_fail": {{"kind": "exponential", "mean": "3s"}},
            "time_to_repair": "0.5s"}})",
        target);
}

double relay(const sim::Recording& run, const std::string& name) {
    return measure(run, "relay", name);
}
double account(const sim::Recording& run, const std::string& name) {
    return measure(run, "account", name);
}

const sim::Histogram& ages(const sim::Recording& run) {
    for (const sim::Measure& each : node(run, "relay").measures) {
        if (each.name == "age") return *each.spread;
    }
    FAIL("no age");
    std::abort();
}

// Every row is committed with an order and published, and the view has what was ordered.
void check_all_arrive(const sim::Recording& run) {
    CHECK(relay(run, "rows") == account(run, "in_source"));
    CHECK(account(run, "missing") == 0);
    CHECK(account(run, "ghosts") == 0);
    CHECK(account(run, "different_items") == 0);
    CHECK(relay(run, "unsent") == 0);
}

double orders_done(const sim::Recording& run) {
    return static_cast<double>(node(run, "clients").totals.of(sim::Outcome::succeeded));
}
double failed_orders(const sim::Recording& run) {
    return static_cast<double>(node(run, "clients").totals.finished()) - orders_done(run);
}

double share_in_use(const sim::Recording& run, const std::string& of) {
    return node(run, of).utilisation.value_or(0);
}

}  // namespace

TEST_CASE("each order that commits is published once, and each row is marked") {
    const sim::Recording run = play(orders({}));
    check_all_arrive(run);
    CHECK(account(run, "applied_again") == 0);
    CHECK(relay(run, "published") == relay(run, "rows"));
    CHECK(relay(run, "published_again") == 0);
    CHECK(measure(run, "kafka", "published") == relay(run, "rows"));
}

// Orders come at any time between two polls, a second apart: 0.5 s on average, and 99 % within
// 0.99 s. Publishing one after the other adds for each row those before it in its poll.
TEST_CASE("a row waits for the next poll: uniformly within the interval") {
    for (const double interval : {0.5, 1.0}) {
        CAPTURE(interval);
        OutboxPlan plan;
        plan.rate = "20/s";
        plan.measure = "420s";
        plan.quiet = "400s";
        plan.relay = fmt::format(R"(, "poll_interval": "{}s", "event_time": "0s")", interval);
        const sim::Recording run = play(orders(plan));
        // 8,000 of them: the mean's standard deviation is interval / sqrt(12 x 8,000), 0.3 %.
        CHECK(std::abs(measure(run, "relay", "age") - interval / 2) < 0.02);
        CHECK(std::abs(sim::seconds(ages(run).percentile(99)) - 0.99 * interval) < 0.02);
    }
}

TEST_CASE("what is rolled back leaves no row") {
    OutboxPlan plan;
    plan.order =
        R"([{"transaction": "db", "steps": [{"outbox": "relay"}, {"call": "db"}, {"fail": "30%"}]}])";
    const sim::Recording run = play(orders(plan));
    CHECK(orders_done(run) == relay(run, "rows"));
    CHECK(relay(run, "rows") < 0.8 * static_cast<double>(node(run, "clients").totals.offered));
    check_all_arrive(run);
}

TEST_CASE("a relay that dies publishes again what it had not marked, and loses nothing") {
    for (const std::string claim : {"skip_locked", "none"}) {
        CAPTURE(claim);
        OutboxPlan plan;
        plan.relay = fmt::format(
            R"(, "claim": "{}", "poll_interval": "100ms", "rows_per_poll": 20, "event_time": "10ms")",
            claim);
        plan.failures = crashes("publisher");
        const sim::Recording run = play(orders(plan));
        check_all_arrive(run);
        CHECK(account(run, "applied_again") > 0);
        // No more than a poll's rows each time.
        CHECK(account(run, "applied_again") <= 20 * 40);
        CHECK(account(run, "applied_again") >= relay(run, "published_again"));
    }
}

// With one row a poll, a crash can only double the one that is in the gap.
TEST_CASE("rows_per_poll bounds what a crash doubles") {
    OutboxPlan plan;
    plan.relay = R"(, "poll_interval": "100ms", "rows_per_poll": 1, "event_time": "1ms")";
    plan.failures = R"({"kind": "crash", "target": "publisher", "at": "20s", "lasts": "0.5s"})";
    const sim::Recording run = play(orders(plan));
    check_all_arrive(run);
    CHECK(account(run, "applied_again") <= 1);
}

TEST_CASE("the transaction may be begun at a pooler before the database") {
    OutboxPlan plan;
    plan.order =
        R"([{"transaction": "bouncer", "steps": [{"call": "bouncer"}, {"outbox": "relay"}]}])";
    plan.kafka = R"(}, "bouncer": {"kind": "pgbouncer", "of": "db", "pool_mode": "transaction")";
    const sim::Recording run = play(orders(plan));
    check_all_arrive(run);
    CHECK(relay(run, "rows") > 1900);
}

TEST_CASE("several relays publish each row once with claims, and again without") {
    OutboxPlan plan;
    plan.publisher = R"(, "replicas": 3)";
    plan.relay = R"(, "poll_interval": "300ms", "event_time": "10ms")";
    const sim::Recording claimed = play(orders(plan));
    check_all_arrive(claimed);
    CHECK(relay(claimed, "published_again") == 0);
    plan.relay += R"(, "claim": "none")";
    const sim::Recording unclaimed = play(orders(plan));
    check_all_arrive(unclaimed);
    CHECK(relay(unclaimed, "published_again") > 0);
    CHECK(account(unclaimed, "applied_again") == relay(unclaimed, "published_again"));
}

// 50 orders a second for 10 s without any broker: 500 rows wait, and orders go on.
TEST_CASE("without brokers rows wait and orders go on; then they are published") {
    OutboxPlan plan;
    plan.relay = R"(, "request_timeout": "1s", "delivery_timeout": "2s")";
    plan.failures = R"({"kind": "crash", "target": "kafka", "at": "15s", "lasts": "10s"})";
    const sim::Recording run = play(orders(plan));
    check_all_arrive(run);
    CHECK(failed_orders(run) == 0);
    CHECK(relay(run, "backlog_peak") > 480);
    CHECK(relay(run, "failed_to_publish") > 0);
}

TEST_CASE("a database that dies takes nothing that was committed, and rolls back the rest") {
    OutboxPlan plan;
    plan.db = R"(, "wal": {"fsync_time": "2ms"})";
    plan.relay = R"(, "poll_interval": "100ms")";
    plan.failures = crashes("db");
    const sim::Recording run = play(orders(plan));
    CHECK(failed_orders(run) > 0);
    check_all_arrive(run);
}

// Commits that are acknowledged before they are on disk: what was published of those that a crash
// takes is in the view and not in the database; a mark that it takes is one row published again.
TEST_CASE("commits that do not wait for the log make ghosts when the database dies") {
    OutboxPlan plan;
    plan.rate = "200/s";
    plan.db = R"(, "wal": {"synchronous_commit": "off"})";
    plan.relay = R"(, "poll_interval": "20ms")";
    plan.failures = crashes("db");
    const sim::Recording run = play(orders(plan));
    CHECK(measure(run, "db", "lost_commits") > 0);
    CHECK(account(run, "ghosts") > 0);
    CHECK(account(run, "missing") == 0);
    CHECK(relay(run, "unsent") == 0);
}

TEST_CASE("a relay costs its database polls, empty ones too, and its process core time") {
    OutboxPlan plan;
    plan.rate = "1/s";
    plan.relay = R"(, "poll_interval": "100ms", "event_time": "20ms")";
    const sim::Recording often = play(orders(plan));
    CHECK(relay(often, "polls") == doctest::Approx(600).epsilon(0.02));
    CHECK(relay(often, "empty_polls") > 500);
    // Half an interval and the work; 40 of them have a standard deviation of 4.6 ms.
    CHECK(std::abs(measure(often, "relay", "age") - (0.05 + 0.02)) < 0.015);
    plan.relay = R"(, "poll_interval": "1s", "event_time": "20ms")";
    const sim::Recording seldom = play(orders(plan));
    CHECK(share_in_use(often, "db") > 2 * share_in_use(seldom, "db"));
}

TEST_CASE("a poll may be a query of its own") {
    OutboxPlan plan;
    plan.db = R"(, "queries": {"unsent": "30ms"})";
    const double plain = share_in_use(play(orders(plan)), "db");
    std::string text = orders(plan);
    const std::string from = R"("database": "db",)";
    text.replace(text.find(from), from.size(), R"("database": "db.unsent",)");
    const sim::Recording run = play(text);
    // One of 30 ms a second, of 8 cores.
    CHECK(share_in_use(run, "db") - plain == doctest::Approx(0.03 / 8).epsilon(0.1));
    check_all_arrive(run);
}

TEST_CASE("without waiting for acknowledgements, rows are marked that no broker has") {
    OutboxPlan plan;
    plan.relay = R"(, "fire_and_forget": true, "delivery_timeout": "2s", "request_timeout": "1s")";
    plan.failures = R"({"kind": "crash", "target": "kafka", "at": "15s", "lasts": "10s"})";
    const sim::Recording run = play(orders(plan));
    CHECK(relay(run, "unsent") == 0);
    CHECK(account(run, "missing") > 0);
}

// The database answers a poll at any time between two commits; what it found is 20 ms on its way.
TEST_CASE("where the network takes its time, rows are as long on their way to the relay") {
    OutboxPlan plan;
    plan.network = R"("network": {"regions": {"here": {"zones": ["a", "b"]}},
        "same_zone": {"latency": "0.1ms", "bandwidth": "1Gbit/s"},
        "across_zones": {"latency": "20ms", "bandwidth": "1Gbit/s"},
        "placement": {"db": ["a"], "shop": ["a"], "view": ["a"], "viewer": ["a"], "publisher": ["b"], "kafka": ["b"]}},)";
    plan.relay = R"(, "event_time": "0s")";
    const sim::Recording far = play(orders(plan));
    check_all_arrive(far);
    plan.network.clear();
    const sim::Recording near = play(orders(plan));
    // The 20th youngest of 2,000 in a second: a standard deviation of 2.2 ms each.
    const sim::Duration later = ages(far).percentile(1) - ages(near).percentile(1);
    CHECK(later > std::chrono::milliseconds(10));
    CHECK(later < std::chrono::milliseconds(30));
}
