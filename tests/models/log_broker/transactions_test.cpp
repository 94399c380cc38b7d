// Transactions of a consumer group: what a crash in each gap leaves of what it publishes.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// Orders are read, and each becomes a payment; whoever reads payments knows what it had before.
struct Pipeline {
    std::string group = R"("processing_guarantee": "exactly_once_v2", "commit_interval": "100ms")";
    std::string isolation = "read_committed";
    std::string pay = R"({"work": "5ms"}, {"publish": "kafka.payments"})";
    std::string kafka{};
    std::string failures{};
    int payers = 3;
    std::string rate = "150/s";
};

// Orders end after a minute of two, so that in the end nothing is on its way.
sim::Recording run(const Pipeline& plan, std::uint64_t seed = 1) {
    return play(fmt::format(R"({{"run": {{"measure": "120s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": "shop.order", "rate": "{}",
                     "population": {{"keys": {{"kind": "uniform", "count": 10000}}}},
                     "stages": [{{"target": "{}", "duration": "60s"}}, {{"target": "0/s", "duration": "0s"}}]}},
        "shop": {{"kind": "server", "threads": 10000, "endpoints": {{"order": [{{"publish": "kafka.orders", "key": "item"}}]}}}},
        "kafka": {{"kind": "kafka", "topics": {{"orders": {{"partitions": 6, "min_insync_replicas": 2}},
                                                "payments": {{"partitions": 6, "min_insync_replicas": 2}}}}{}}},
        "pay": {{"kind": "consumer_group", "topics": ["kafka.orders"], "handler": "payer.pay",
                 "initial_rebalance_delay": "0s", "session_timeout": "6s", "heartbeat_interval": "1s", {}}},
        "payer": {{"kind": "server", "replicas": {}, "endpoints": {{"pay": [{}]}}}},
        "book": {{"kind": "consumer_group", "topics": ["kafka.payments"], "handler": "ledger.book",
                  "initial_rebalance_delay": "0s", "isolation_level": "{}"}},
        "ledger": {{"kind": "server", "endpoints": {{"book": [{{"once": "seen", "steps": [{{"work": "100us"}}]}}]}}}},
        "seen": {{"kind": "redis"}}}}, "failures": [{}]}})",
                            plan.rate, plan.rate, plan.kafka, plan.group, plan.payers, plan.pay,
                            plan.isolation, plan.failures),
                seed);
}

double duplicates(const sim::Recording& recording) {
    for (const sim::Measure& each : node(recording, "ledger").measures) {
        if (each.name == "count_duplicates") return each.value;
    }
    return 0;
}
// Payments that are booked, once each, of the orders that are published.
double effects(const sim::Recording& recording) {
    return measure(recording, "book", "handled") - duplicates(recording);
}
// What leaders appended against what became of it, as each of the two groups has written it down.
void check_whole_account(const sim::Recording& recording) {
    double of_groups = 0;
    for (const char* const group : {"pay", "book"}) {
        for (const char* const fate : {"handled", "aborted", "missed", "unread", "skipped"}) {
            of_groups += measure(recording, group, fate);
        }
    }
    CHECK(measure(recording, "kafka", "appended") - measure(recording, "kafka", "lost") ==
          of_groups);
    CHECK(measure(recording, "kafka", "aborted") >= measure(recording, "book", "aborted"));
}

// Each after the group has come to rest from the last one.
std::string crashes(const std::string& target) {
    std::string all;
    for (int each = 0; each < 5; ++each) {
        if (each > 0) all += ", ";
        all += fmt::format(
            R"({{"kind": "crash", "target": "{}[{}]", "at": "{}s", "lasts": "1500ms"}})", target,
            each % 3, 10.03 + 10.17 * each);
    }
    return all;
}

}  // namespace

// A crash between handling and commit: its payments are aborted, or, without a transaction, made
// twice; between commit and handling: they are never made.
TEST_CASE("a crash of who consumes and produces leaves each effect once, twice or not at all") {
    Pipeline plan;
    plan.rate = "300/s";
    plan.failures = crashes("payer");
    const sim::Recording once = run(plan);
    check_whole_account(once);
    CHECK(measure(once, "kafka", "aborted") > 0);
    CHECK(measure(once, "book", "aborted") == measure(once, "kafka", "aborted"));
    CHECK(duplicates(once) == 0);
    CHECK(effects(once) == measure(once, "pay", "handled"));
    CHECK(measure(once, "pay", "missed") == 0);
    CHECK(measure(once, "pay", "unread") == 0);

    plan.isolation = "read_uncommitted";
    const sim::Recording dirty = run(plan);
    check_whole_account(dirty);
    CHECK(measure(dirty, "book", "aborted") == 0);
    CHECK(duplicates(dirty) > 0);
    CHECK(effects(dirty) == measure(dirty, "pay", "handled"));

    plan.isolation = "read_committed";
    plan.group = R"("commit": "interval", "commit_interval": "100ms")";
    const sim::Recording twice = run(plan);
    check_whole_account(twice);
    CHECK(duplicates(twice) > 0);
    CHECK(measure(twice, "kafka", "aborted") == 0);
    CHECK(measure(twice, "kafka", "transactions_committed") == 0);
    CHECK(effects(twice) == measure(twice, "pay", "handled"));

    plan.group = R"("commit": "before")";
    const sim::Recording never = run(plan);
    check_whole_account(never);
    CHECK(duplicates(never) == 0);
    CHECK(measure(never, "pay", "missed") > 0);
}

// The coordinator of a transaction is a broker: each dies in turn, between a prepare and its
// markers too, and the next one goes on.
TEST_CASE("a coordinator that is lost leaves each effect once") {
    Pipeline plan;
    plan.kafka = R"(, "broker_session_timeout": "3s", "broker_heartbeat_interval": "500ms")";
    plan.failures = crashes("kafka");
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        CAPTURE(seed);
        const sim::Recording once = run(plan, seed);
        check_whole_account(once);
        CHECK(duplicates(once) == 0);
        CHECK(measure(once, "pay", "unread") == 0);
        CHECK(measure(once, "pay", "missed") == 0);
        CHECK(effects(once) == measure(once, "pay", "handled"));
        CHECK(measure(once, "kafka", "transactions_committed") > 100);
    }
}

// After each second publication comes a failure: what the attempt published is not committed.
TEST_CASE("what an attempt published that failed is aborted, and a plain retry makes it twice") {
    Pipeline plan;
    plan.pay = R"({"publish": "kafka.payments"}, {"fail": "20%"})";
    plan.group += R"(, "retry_backoff": "10ms")";
    plan.rate = "20/s";
    const sim::Recording once = run(plan);
    check_whole_account(once);
    CHECK(measure(once, "pay", "failed_attempts") > 50);
    CHECK(duplicates(once) == 0);
    CHECK(effects(once) == measure(once, "pay", "handled"));
    plan.group = R"("retry_backoff": "10ms")";
    const sim::Recording twice = run(plan);
    // Each failed attempt has left one.
    CHECK(duplicates(twice) == measure(twice, "pay", "failed_attempts"));
}

// With retries a record is given up after so many attempts, of which nothing is seen.
TEST_CASE("a record that is given up has published nothing") {
    Pipeline plan;
    plan.pay = R"({"publish": "kafka.payments"}, {"fail": "100%"})";
    plan.group += R"(, "retry_backoff": "10ms", "retries": 2)";
    plan.rate = "2/s";
    const sim::Recording none = run(plan);
    check_whole_account(none);
    CHECK(measure(none, "pay", "skipped") > 80);
    CHECK(measure(none, "pay", "failed_attempts") == 3 * measure(none, "pay", "skipped"));
    CHECK(measure(none, "book", "handled") == 0);
    CHECK(measure(none, "book", "aborted") == measure(none, "pay", "failed_attempts"));
}

// A transaction is begun by the first record after the last one's end, and is over when a commit
// interval is: at most ten a second for each of the three members. Without one payments are read at
// once; with transactions after the half of what is left of an interval, and the markers.
TEST_CASE("a payment is seen when its transaction is over") {
    Pipeline plan;
    const auto age = [](const sim::Recording& recording) {
        for (const sim::Measure& each : node(recording, "book").measures) {
            if (each.name == "age") return sim::seconds(each.spread->max());
        }
        return 0.0;
    };
    const sim::Recording slow = run(plan);
    CHECK(measure(slow, "kafka", "transactions_committed") <= 60 * 10 * 3 + 3);
    CHECK(measure(slow, "kafka", "transactions_committed") > 0.6 * 60 * 10 * 3);
    CHECK(age(slow) > 0.09);
    CHECK(age(slow) < 0.25);
    plan.isolation = "read_uncommitted";
    CHECK(age(run(plan)) < 0.05);
}

// A process that does not come back leaves its transaction open: nothing behind it is read until
// the coordinator has aborted it, at its first look, every 10 s, after the timeout.
TEST_CASE("a transaction that nobody ends is aborted after its timeout, and holds up readers") {
    Pipeline plan;
    plan.pay = R"({"work": "5ms"}, {"publish": "kafka.payments", "key": "none"})";
    plan.failures = R"({"kind": "crash", "target": "payer[0]", "at": "12550ms", "lasts": "1h"})";
    plan.group =
        R"("processing_guarantee": "exactly_once_v2", "commit_interval": "1s", "transaction_timeout": "4s")";
    const sim::Recording held = run(plan);
    check_whole_account(held);
    CHECK(measure(held, "kafka", "transaction_timeouts") == 1);
    CHECK(duplicates(held) == 0);
    double oldest = 0;
    for (const sim::Measure& each : node(held, "book").measures) {
        if (each.name == "age") oldest = sim::seconds(each.spread->max());
    }
    // Begun up to a commit interval before, at 11.55 s at the earliest, and aborted at 20 s.
    CHECK(oldest > 20 - 12.55);
    CHECK(oldest < 20 - 11.5);
}

TEST_CASE("transactions that cannot work are refused, with what would") {
    const auto says = [](const std::string& group, const std::string& what) {
        const std::string text = fmt::format(
            R"({{"nodes": {{"users": {{"kind": "open_loop", "rate": "1/s", "calls": "app.put"}},
            "app": {{"kind": "server", "endpoints": {{"put": [{{"publish": "kafka.a"}}], "take": [{{"work": "1ms"}}]}}}},
            "kafka": {{"kind": "kafka", "topics": {{"a": {{}}}}}},
            "group": {{"kind": "consumer_group", "topics": ["kafka.a"], "handler": "app.take", {}}}}}}})",
            group);
        const models::Loaded loaded = models::load({"test.json", {}, {}, text});
        const std::string shown = loaded.problems.render();
        CAPTURE(shown);
        CHECK(shown.find(what) != std::string::npos);
    };
    says(R"("processing_guarantee": "exactly_once_v2", "commit": "before")",
         "are committed with what handling them has published");
    says(R"("processing_guarantee": "exactly_once_v2", "commit_interval": "10s")",
         "would time out before it is committed");
    says(R"("processing_guarantee": "exactly_once_v2", "transaction_timeout": "5s")",
         "would time out before it is committed");
    says(R"("transaction_timeout": "5s")", "no transactions that could time out");
    says(R"("processing_guarantee": "exactly_once_v2", "isolation_level": "read_uncommitted")",
         "reads what is committed");
}
