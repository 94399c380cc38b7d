// A primary and its replicas: what is stale, what is lost, who takes over.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "tests/support/play.h"

using support::measure;

namespace {

std::string database(const std::string& db, const std::string& failures = "") {
    return fmt::format(R"({{"run": {{"warm_up": "1s", "measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "500/s", "calls": [{{"to": "db", "writes": "50%"}}],
                     "population": {{"people": 100, "keys": {{"kind": "uniform", "count": 1000}}}}}},
        "db": {{"kind": "replicated", "service_time": "1ms"{}}}}},
        "failures": [{}]}})",
                       db, failures);
}

std::string strikes(const std::string& kind, const std::string& lasts) {
    return fmt::format(
        R"({{"kind": "{}", "target": "db", "instances": 1, "at": "20s", "lasts": "{}"}})", kind,
        lasts);
}

std::string failover(const std::string& more = "") {
    return fmt::format(R"(, "failover": {{"detect_after": "3s", "promote_time": "500ms"{}}})",
                       more);
}

std::string incidents(const sim::Recording& run) {
    std::string text;
    for (const sim::Incident& each : run.incidents) text += each.what + ": " + each.detail + "\n";
    return text;
}

}  // namespace

TEST_CASE("without replicas nothing is stale and nothing is lost") {
    const auto run = support::play(database(R"(, "replicas": 0)"));
    CHECK(support::node(run, "clients").totals.availability() == 1);
    CHECK(measure(run, "db", "stale_reads") == 0);
    CHECK(measure(run, "db", "lost_writes") == 0);
}

TEST_CASE("replicas that lag are stale by what they lack") {
    const auto late = support::play(
        database(R"(, "replicas": 2, "read_from": "replicas", "replication_delay": "1s")"));
    // A key is written 0.25 times a second: of a read's key one write in 1 - e^-0.25 = 22 % of
    // cases is less than a second old. Of 15,000 reads five standard errors are 1.7 points.
    CHECK(std::abs(measure(late, "db", "stale_reads") / measure(late, "db", "reads_on_replicas") -
                   0.221) < 0.02);
    CHECK(measure(late, "db", "own_stale_reads") > 0);
    CHECK(measure(late, "db", "own_stale_reads") < measure(late, "db", "stale_reads"));
}

TEST_CASE("a write that waits until all replicas show it is stale nowhere") {
    const auto run = support::play(
        database(R"(, "replicas": 2, "read_from": "replicas", "replication_delay": "100ms",
                   "connections": 1000, "acknowledge": "all", "acknowledge_when": "applied")"));
    CHECK(measure(run, "db", "stale_reads") == 0);
    // What the primary keeps it for, and the work.
    CHECK(support::node(run, "clients").latency.succeeded.percentile(75) >=
          std::chrono::milliseconds(100));
}

TEST_CASE("a user who reads where the own write is, is never behind it") {
    for (const char* policy : {"primary_after_write", "wait_for_position"}) {
        const auto run = support::play(database(fmt::format(
            R"(, "replicas": 2, "read_from": "replicas", "replication_delay": "200ms",
                "read_your_writes": "{}")",
            policy)));
        CHECK(measure(run, "db", "own_stale_reads") == 0);
        CHECK(measure(run, "db", "stale_reads") > 0);
    }
}

TEST_CASE("after a failover as many acknowledged writes are lost as were on the way") {
    const std::string db = R"(, "replicas": 2, "replication_delay": "100ms")" + failover();
    const auto run = support::play(database(db, strikes("crash", "10min")));
    // 250 writes/s for 100 ms: 25, and five standard deviations of 5.
    CHECK(measure(run, "db", "lost_writes") > 0);
    CHECK(measure(run, "db", "lost_writes") < 50);
    CHECK(measure(run, "db", "lost_writes") == measure(run, "db", "lost_unshipped"));
    // Asked every 0.6 s, and missed with the first question after 3 s.
    CHECK(measure(run, "db", "without_primary") > 3.49);
    CHECK(measure(run, "db", "without_primary") < 4.11);
    CHECK(incidents(run).find("acknowledged writes lost") != std::string::npos);
}

TEST_CASE("what a replica had to confirm is not lost") {
    for (const char* who : {"one", "majority", "all"}) {
        const std::string db =
            fmt::format(R"(, "replicas": 2, "connections": 1000, "replication_delay": "100ms",
                            "acknowledge": "{}")",
                        who) +
            failover();
        const auto run = support::play(database(db, strikes("crash", "10min")));
        CHECK(measure(run, "db", "failovers") == 1);
        CHECK(measure(run, "db", "lost_writes") == 0);
    }
}

TEST_CASE("an acknowledgement that does not come in time is done without") {
    const std::string db = R"(, "replicas": 1, "connections": 1000, "acknowledge": "all",
                               "replication_delay": "1s", "acknowledge_timeout": "100ms")";
    const auto run = support::play(database(db));
    CHECK(measure(run, "db", "unanswered_writes") > 14000);
    CHECK(support::node(run, "clients").totals.availability() == 1);
}

TEST_CASE("a primary that is cut off and does not know loses what it goes on acknowledging") {
    const std::string db = R"(, "replicas": 2, "replication_delay": "1ms", "rejoin_time": "1s")" +
                           failover(R"(, "fencing": "none", "repoint_time": "10s")");
    const auto run = support::play(database(db, strikes("partition", "20s")));
    // From the promotion at 3.5 to 4.1 s on until callers know, 10 s later: 2,500 writes, and the
    // 875 to 1,025 before that no replica got.
    CHECK(std::abs(measure(run, "db", "lost_apart") - 2500) < 250);
    CHECK(std::abs(measure(run, "db", "lost_unshipped") - 950) < 220);
    CHECK(measure(run, "db", "without_primary") == 0);
    CHECK(incidents(run).find("split brain") != std::string::npos);
}

TEST_CASE("a fence leaves one primary at a time") {
    for (const char* fence : {"lease", "stonith"}) {
        const std::string db =
            R"(, "replicas": 2, "replication_delay": "1ms", "rejoin_time": "1s")" +
            failover(fmt::format(R"(, "fencing": "{}", "repoint_time": "10s")", fence));
        const auto run = support::play(database(db, strikes("partition", "20s")));
        CHECK(measure(run, "db", "lost_apart") == 0);
        CHECK(measure(run, "db", "conflicts") == 0);
        // The lease is over up to 0.6 s before its holder is missed.
        CHECK(measure(run, "db", "without_primary") >= 0.49);
        CHECK(measure(run, "db", "without_primary") < 1.2);
        CHECK(measure(run, "db", "differing_rows_at_end") < 10);
    }
}

TEST_CASE("a primary that is too slow to answer is replaced, and one that stands still") {
    const std::string db = R"(, "replicas": 2, "replication_delay": "1ms")" + failover();
    const auto still = support::play(database(db, strikes("hang", "20s")));
    CHECK(measure(still, "db", "failovers") == 1);
    const auto slow = support::play(
        database(db, R"({"kind": "slow", "factor": 100000, "target": "db", "instances": 1,
                         "at": "20s", "lasts": "20s"})"));
    CHECK(measure(slow, "db", "failovers") == 1);
    const auto late =
        support::play(database(db, R"({"kind": "slow", "factor": 2, "target": "db", "instances": 1,
                         "at": "20s", "lasts": "20s"})"));
    CHECK(measure(late, "db", "failovers") == 0);
}

TEST_CASE("a log over links: semi-synchronous writes take the way there and back") {
    const auto run = [](const std::string& acknowledge) {
        return support::play(R"({"run": {"warm_up": "1s", "measure": "20s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "100/s", "calls": [{"to": "db", "writes": "100%"}]},
            "db": {"kind": "replicated", "replicas": 2, "service_time": "1ms", "connections": 100, "acknowledge": ")" +
                             acknowledge + R"("}},
            "network": {"regions": {"eu": {"zones": ["a", "b"]}}, "across_zones": {"latency": "5ms"}, "to_users": {"latency": "2ms"},
                        "placement": {"db": ["a", "b", "b"]}}})");
    };
    const auto p50 = [](const sim::Recording& of) {
        return sim::seconds(support::node(of, "clients").latency.succeeded.percentile(50));
    };
    const auto without = run("none");
    CHECK(p50(without) == doctest::Approx(0.005).scale(0).epsilon(0.05));
    CHECK(p50(run("one")) - p50(without) == doctest::Approx(0.010).scale(0).epsilon(0.05));
}

TEST_CASE("a primary that is back before it is missed loses nothing") {
    const std::string db = R"(, "replicas": 2, "replication_delay": "100ms")" + failover();
    const auto run = support::play(database(db, strikes("crash", "2s")));
    CHECK(measure(run, "db", "failovers") == 0);
    CHECK(measure(run, "db", "lost_writes") == 0);
    CHECK(measure(run, "db", "without_primary") == doctest::Approx(2));
}

TEST_CASE("the machine that was replaced follows, with the rows of the new primary") {
    const std::string db = R"(, "replicas": 1, "replication_delay": "100ms")" + failover();
    const auto run = support::play(database(db, strikes("crash", "10s")));
    CHECK(measure(run, "db", "failovers") == 1);
    CHECK(measure(run, "db", "repointed") == 1);
    CHECK(measure(run, "db", "not_a_prefix") == 0);
    // What is on the way: 250/s for 100 ms.
    CHECK(measure(run, "db", "differing_rows_at_end") < 60);
}

TEST_CASE("every machine down, and up again: the last primary goes on") {
    const std::string all = R"({"kind": "crash", "target": "db", "at": "20s", "lasts": "10s"})";
    const std::string db = R"(, "replicas": 2, "replication_delay": "10ms")" + failover();
    const auto run = support::play(database(db, all));
    CHECK(measure(run, "db", "lost_writes") == 0);
    CHECK(measure(run, "db", "failovers") == 0);
    CHECK(measure(run, "db", "not_a_prefix") == 0);
}

TEST_CASE("workers apply rows side by side, and one row's writes one after another") {
    const auto lag = [](int rows, int workers) {
        const std::string text =
            fmt::format(R"({{"run": {{"warm_up": "0s", "measure": "60s"}}, "nodes": {{
            "writers": {{"kind": "open_loop", "rate": "1100/s", "calls": [{{"to": "db", "writes": "100%"}}],
                         "population": {{"keys": {{"kind": "uniform", "count": {}}}}}}},
            "db": {{"kind": "replicated", "replicas": 1, "cores": 8, "service_time": "1ms", "apply_time": "1ms",
                    "apply_workers": {}}}}}}})",
                        rows, workers);
        return measure(support::play(text), "db", "lag_at_end");
    };
    // 1,100/s where 1,000/s are applied: 60 s / 11.
    CHECK(std::abs(lag(1, 1) - 5.45) < 1);
    CHECK(lag(1, 4) == doctest::Approx(lag(1, 1)).epsilon(0.01));
    CHECK(lag(10000, 1) == doctest::Approx(lag(1, 1)).epsilon(0.01));
    CHECK(lag(10000, 4) < 0.05);
}
