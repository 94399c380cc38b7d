// Change data capture: what is in the log is published in order, again after a crash, and none is
// lost.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct CapturePlan {
    std::string calls = "db";
    std::string connector{};
    std::string connect{};
    std::string wal = "{}";
    std::string failures{};
    std::string more{};
};

std::string capture(const CapturePlan& plan) {
    return fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "calls": [{{"to": "{}", "writes": "100%"}}], "rate": "100/s",
                     "stages": [{{"target": "100/s", "duration": "45s"}}, {{"target": "0/s", "duration": "0s"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 500}}}}}},
        "db": {{"kind": "database", "cores": 2, "service_time": "0.2ms", "wal": {}}},
        "connector": {{"kind": "cdc_connector", "database": "db", "topic": "kafka.changes", "runs_in": "connect"{}}},
        "connect": {{"kind": "server", "endpoints": {{"status": [{{"work": "1ms"}}]}}{}}},
        "kafka": {{"kind": "kafka", "topics": {{"changes": {{"partitions": 3}}}}}},
        "group": {{"kind": "consumer_group", "topics": ["kafka.changes"], "handler": "applier.upsert",
                   "initial_rebalance_delay": "0s"}},
        "applier": {{"kind": "server", "endpoints": {{"upsert": [{{"call": "copy", "write": true}}]}}}},
        "copy": {{"kind": "database", "service_time": "0.1ms"}},
        "account": {{"kind": "reconciliation", "source": "db", "target": "copy"}}{}}},
        "failures": [{}]}})",
                       plan.calls, plan.wal, plan.connector, plan.connect, plan.more,
                       plan.failures);
}

double connector(const sim::Recording& run, const std::string& name) {
    return measure(run, "connector", name);
}

// The copy is the source, item by item.
void check_copied(const sim::Recording& run) {
    CHECK(measure(run, "account", "missing") == 0);
    CHECK(measure(run, "account", "ghosts") == 0);
    CHECK(measure(run, "account", "different_items") == 0);
    CHECK(connector(run, "unsent") == 0);
}

double writes_done(const sim::Recording& run) {
    return static_cast<double>(node(run, "clients").totals.of(sim::Outcome::succeeded));
}
double failed_writes(const sim::Recording& run) {
    return static_cast<double>(node(run, "clients").totals.finished()) - writes_done(run);
}

double cores_in_use(const sim::Recording& run, const std::string& of) {
    return node(run, of).utilisation.value_or(0);
}

}  // namespace

TEST_CASE("a copy has each change of the source, in order, and once") {
    const sim::Recording run = play(capture({}));
    check_copied(run);
    CHECK(connector(run, "changes") == measure(run, "account", "in_source"));
    CHECK(connector(run, "published") == connector(run, "changes"));
    CHECK(measure(run, "account", "applied_again") == 0);
    CHECK(connector(run, "starts") == 1);
}

// Batches are an interval apart: a change waits uniformly within one.
TEST_CASE("a change waits for half a poll_interval on average") {
    for (const double interval : {0.1, 0.5}) {
        CapturePlan plan;
        plan.connector = fmt::format(R"(, "poll_interval": "{}s")", interval);
        // 4,500 changes: 0.4 % of the interval is its standard deviation; publishing takes 2 ms.
        CHECK(connector(play(capture(plan)), "age") ==
              doctest::Approx(interval / 2 + 0.004).epsilon(0.04));
    }
}

TEST_CASE("a worker that dies publishes again what came after the last committed offset") {
    CapturePlan plan;
    plan.failures = R"({"kind": "crash", "target": "connect", "at": "29s", "lasts": "2s"})";
    plan.connector = R"(, "offset_flush_interval": "10s")";
    const sim::Recording run = play(capture(plan));
    check_copied(run);
    CHECK(connector(run, "starts") == 2);
    // The last was committed at 20 s, for what had been published half an interval before.
    CHECK(connector(run, "published_again") == doctest::Approx(900).epsilon(0.1));
    CHECK(measure(run, "account", "applied_again") >= connector(run, "published_again"));
    plan.connector = R"(, "offset_flush_interval": "1s")";
    const sim::Recording often = play(capture(plan));
    check_copied(often);
    CHECK(connector(often, "published_again") < 200);
}

TEST_CASE("another worker takes the task over") {
    CapturePlan plan;
    plan.connect = R"(, "replicas": 2)";
    plan.failures = R"({"kind": "crash", "target": "connect[0]", "at": "20s", "lasts": "1h"})";
    const sim::Recording run = play(capture(plan));
    check_copied(run);
    CHECK(connector(run, "starts") == 2);
    CHECK(connector(run, "published_again") > 0);
}

// 100 changes a second of 200 bytes each.
TEST_CASE("the log is kept for a connector that is down") {
    CapturePlan plan;
    plan.connector = R"(, "offset_flush_interval": "1s")";
    const double kept = connector(play(capture(plan)), "log_kept_peak");
    CHECK(kept < 2.5 * 100 * 200);
    plan.failures = R"({"kind": "crash", "target": "connect", "at": "10s", "lasts": "20s"})";
    const sim::Recording down = play(capture(plan));
    check_copied(down);
    CHECK(connector(down, "log_kept_peak") == doctest::Approx(21.5 * 100 * 200).epsilon(0.1));
}

TEST_CASE("a source that dies: its connector reads on, and nothing is lost") {
    CapturePlan plan;
    plan.failures = R"({"kind": "crash", "target": "db", "time_to_repair": "1s",
        "time_to_fail": {"kind": "exponential", "mean": "5s"}})";
    for (const std::string wal : {R"({"fsync_time": "3ms"})", R"({"synchronous_commit": "off"})"}) {
        CAPTURE(wal);
        plan.wal = wal;
        const sim::Recording run = play(capture(plan));
        CHECK(failed_writes(run) > 0);
        CHECK(measure(run, "account", "missing") == 0);
        // Only what is on disk is read: no ghosts, even where commits do not wait for it.
        CHECK(measure(run, "account", "ghosts") == 0);
    }
}

TEST_CASE("decoding is work of the database, publishing of the worker") {
    CapturePlan plan;
    const double before = cores_in_use(play(capture(plan)), "db");
    plan.connector = R"(, "decode_time": "2ms")";
    // 75 a second on average, of two cores.
    CHECK(cores_in_use(play(capture(plan)), "db") - before ==
          doctest::Approx(75 * (0.002 - 0.00001) / 2).epsilon(0.05));
    plan.connector = R"(, "event_time": "3ms")";
    CHECK(cores_in_use(play(capture(plan)), "connect") ==
          doctest::Approx(75 * 0.003).epsilon(0.05));
}

// A worker that gets 100 changes a second and does 50 lags behind by what it does not get done.
TEST_CASE("a batch takes as many as it may, and the log is kept for the rest") {
    CapturePlan plan;
    plan.connector = R"(, "event_time": "20ms", "max_batch": 10, "offset_flush_interval": "1s")";
    const sim::Recording run = play(capture(plan));
    CHECK(connector(run, "unsent") == doctest::Approx(100 * 45 - 50 * 60).epsilon(0.05));
    CHECK(connector(run, "log_kept_peak") > 200 * 100 * 20);
}

TEST_CASE("an outbox may be read from the log: its rows and nothing else") {
    CapturePlan plan;
    plan.calls = "shop.order";
    plan.connector = R"(, "captures": "outbox")";
    plan.more = R"(, "shop": {"kind": "server", "threads": 1000, "endpoints": {"order": [
        {"transaction": "db", "steps": [{"call": "db"}, {"call": "db"}, {"outbox": "connector"}, {"fail": "10%"}]}]}})";
    const sim::Recording run = play(capture(plan));
    check_copied(run);
    CHECK(connector(run, "changes") == writes_done(run));
    CHECK(measure(run, "account", "applied_again") == 0);
    CHECK(failed_writes(run) > 300);
}
