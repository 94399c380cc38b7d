// What is done once, and where the gap between effect and remembered id is.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// Payments that a consumer group hands over, some of them twice, as its member dies now and then.
// `pay` takes 20 ms and is a write of "bank"; ids are kept in "ids", a Redis.
std::string payments(const std::string& pay, const std::string& failures,
                     const std::string& bank = "") {
    return fmt::format(R"({{"run": {{"measure": "90s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": [{{"to": "shop.order", "writes": "100%"}}], "rate": "10/s",
                     "stages": [{{"target": "10/s", "duration": "60s"}}, {{"target": "0/s", "duration": "0s"}}],
                     "population": {{"keys": {{"kind": "in_turn", "count": 1000000}}}}}},
        "shop": {{"kind": "server", "threads": 1000, "endpoints": {{"order": [{{"call": "orders"}}, {{"publish": "kafka.paid"}}]}}}},
        "orders": {{"kind": "database", "service_time": "0.1ms"}},
        "kafka": {{"kind": "kafka", "topics": {{"paid": {{}}}}}},
        "group": {{"kind": "consumer_group", "topics": ["kafka.paid"], "handler": "payer.pay", "commit": "interval",
                   "commit_interval": "1s", "initial_rebalance_delay": "0s", "heartbeat_interval": "0.5s",
                   "session_timeout": "2s", "retry_backoff": "0.1s"}},
        "payer": {{"kind": "server", "endpoints": {{"pay": [{}]}}}},
        "bank": {{"kind": "database", "service_time": "0.1ms"{}}},
        "ids": {{"kind": "redis"}},
        "account": {{"kind": "reconciliation", "source": "orders", "target": "bank"}}}},
        "failures": [{}]}})",
                       pay, bank, failures);
}

constexpr const char* kCrashes =
    R"({"kind": "crash", "target": "payer", "time_to_fail": {"kind": "exponential", "mean": "8s"}, "time_to_repair": "0.2s"})";
constexpr const char* kPay = R"({"wait": "3ms"}, {"call": "bank", "write": true}, {"wait": "3ms"})";

double doubled(const sim::Recording& run) {
    return measure(run, "account", "applied_again");
}
double missing(const sim::Recording& run) {
    return measure(run, "account", "missing");
}

std::string once(const std::string& how, const std::string& steps = kPay) {
    return fmt::format(R"({{"once": {}, "steps": [{}]}})", how, steps);
}

}  // namespace

TEST_CASE("without ids, redeliveries are paid twice") {
    const sim::Recording run = play(payments(kPay, kCrashes));
    CHECK(doubled(run) > 0);
    CHECK(missing(run) == 0);
    CHECK(doubled(play(payments(kPay, ""))) == 0);
}

TEST_CASE("ids in the transaction of the payment: each is paid once, whenever a crash comes") {
    const std::string pay =
        fmt::format(R"({{"transaction": "bank", "steps": [{}]}})", once(R"("bank")"));
    const sim::Recording run = play(payments(pay, kCrashes));
    CHECK(doubled(run) == 0);
    CHECK(missing(run) == 0);
    CHECK(measure(run, "payer", "count_duplicates") > 0);
}

// 10/s with a gap of 20 ms: each of some eight crashes is in it with a probability of a fifth,
// eight times in five seeds.
TEST_CASE("ids elsewhere: a crash in the gap doubles or loses, as they come after or before") {
    double after = 0;
    double before = 0;
    const std::string slow = R"({"call": "bank", "write": true}, {"wait": "20ms"})";
    const std::string late = R"({"wait": "20ms"}, {"call": "bank", "write": true})";
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        const sim::Recording later = play(payments(once(R"("ids")", slow), kCrashes), seed);
        after += doubled(later);
        CHECK(missing(later) == 0);
        CHECK(measure(later, "payer", "count_duplicates") > 0);
        const sim::Recording first =
            play(payments(once(R"("ids", "remember": "before")", late), kCrashes), seed);
        before += missing(first);
        CHECK(doubled(first) == 0);
    }
    CHECK(after > 0);
    CHECK(before > 0);
}

TEST_CASE("a failure of the steps is not remembered, unless it was before") {
    const std::string fails = std::string(R"({"fail": "30%"}, )") + kPay;
    const sim::Recording after = play(payments(once(R"("ids")", fails), ""));
    CHECK(missing(after) == 0);
    CHECK(doubled(after) == 0);
    const sim::Recording before = play(payments(once(R"("ids", "remember": "before")", fails), ""));
    CHECK(missing(before) > 120);
    const std::string in_transaction =
        fmt::format(R"({{"transaction": "bank", "steps": [{}]}})", once(R"("bank")", fails));
    const sim::Recording together = play(payments(in_transaction, ""));
    CHECK(missing(together) == 0);
    CHECK(doubled(together) == 0);
}

// Two clicks at the same moment: both look before either has committed. The lock on the id's row is
// what keeps the second back (a unique index).
TEST_CASE("two at a time: the id's row lock keeps the second back") {
    const auto clicks = [](const std::string& db) {
        return fmt::format(R"({{"run": {{"measure": "30s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "20/s", "calls": [{{"to": "bank.pay", "writes": "100%"}}],
                         "resubmit": {{"double_click": "50%", "after": "5ms"}},
                         "population": {{"keys": {{"kind": "in_turn", "count": 100000}}}}}},
            "bank": {{"kind": "server", "threads": 100, "endpoints": {{"pay": [
                {{"transaction": "db", "steps": [{{"once": "db", "steps": [{{"call": "db"}}, {{"wait": "20ms"}}, {{"count": "paid"}}]}}]}}]}}}},
            "db": {{"kind": "database", "service_time": "0.1ms"{}}}}}}})",
                           db);
    };
    const sim::Recording racing = play(clicks(""));
    CHECK(measure(racing, "bank", "count_duplicates") == 0);
    const sim::Recording locked = play(clicks(R"(, "locks": {"hold_time": "0s"})"));
    CHECK(measure(locked, "bank", "count_duplicates") ==
          doctest::Approx(measure(locked, "bank", "count_paid") / 2).epsilon(0.15));
}

TEST_CASE("the way to the store takes what is said") {
    const sim::Recording near = play(payments(once(R"("ids")"), ""));
    const sim::Recording far = play(payments(once(R"("ids", "latency": "5ms")"), ""));
    // A look and a write, each there and back.
    const auto mean = [](const sim::Recording& run) {
        const auto& record = node(run, "payer");
        return record.latency.succeeded.mean_seconds();
    };
    CHECK(mean(far) - mean(near) == doctest::Approx(0.020).epsilon(0.02));
}
