// Redis as a store of its own: what fails, what is lost, what moves.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "tests/support/play.h"

using support::measure;

namespace {

std::string cluster(const std::string& redis, const std::string& failures = "") {
    return fmt::format(R"({{"run": {{"warm_up": "1s", "measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "500/s", "calls": [{{"to": "redis", "writes": "50%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 1000}}}}}},
        "redis": {{"kind": "redis", "preload": 1000, "access_time": "0.5ms"{}}}}},
        "failures": [{}]}})",
                       redis, failures);
}

const std::string kMasterDies =
    R"({"kind": "crash", "target": "redis", "instances": 1, "at": "20s", "lasts": "10min"})";
const std::string kMasterRestarts =
    R"({"kind": "crash", "target": "redis", "instances": 1, "at": "20s", "lasts": "1s"})";

}  // namespace

TEST_CASE("a single Redis is never stale and loses nothing") {
    const auto run = support::play(cluster(""));
    CHECK(support::node(run, "clients").totals.availability() == 1);
    CHECK(measure(run, "redis", "stale_reads") == 0);
    CHECK(measure(run, "redis", "lost_writes") == 0);
}

TEST_CASE("replicas that lag are stale by what they lack") {
    const auto late = support::play(
        cluster(R"(, "replicas": 1, "read_from": "replica", "replication_delay": "1s")"));
    const auto prompt = support::play(
        cluster(R"(, "replicas": 1, "read_from": "replica", "replication_delay": "0s")"));
    // A key is written 0.25 times a second: of a read's key one write in 1 - e^-0.25 = 22 % of
    // cases is less than a second old. Of 15,000 reads five standard errors are 1.7 points.
    const double reads = 15000;
    CHECK(std::abs(measure(late, "redis", "stale_reads") / reads - 0.221) < 0.03);
    CHECK(measure(prompt, "redis", "stale_reads") == 0);
}

TEST_CASE("without replication lag a failover loses nothing, and lasts as long as it is said to") {
    const auto run = support::play(cluster(
        R"(, "replicas": 1, "replication_delay": "0s", "down_after": "3s", "election_time": "500ms")",
        kMasterDies));
    CHECK(measure(run, "redis", "lost_writes") == 0);
    CHECK(measure(run, "redis", "failovers") == 1);
    CHECK(measure(run, "redis", "without_master") == doctest::Approx(3.5));
    CHECK(measure(run, "redis", "stale_reads") == 0);
}

TEST_CASE("what was lost in a failover is stale for its writers") {
    const auto run = support::play(
        cluster(R"(, "replicas": 2, "replication_delay": "2s", "down_after": "3s")", kMasterDies));
    CHECK(std::abs(measure(run, "redis", "lost_writes") - 500) < 120);  // 250/s for 2 s
    CHECK(measure(run, "redis", "stale_reads") > 0);
}

TEST_CASE("a master that restarts empty before it is replaced has lost everything") {
    const auto empty = support::play(cluster(R"(, "replicas": 1)", kMasterRestarts));
    const auto kept =
        support::play(cluster(R"(, "replicas": 1, "appendonly": true)", kMasterRestarts));
    CHECK(measure(empty, "redis", "lost_writes") >
          900);  // of a thousand keys nearly all were written
    CHECK(measure(empty, "redis", "failovers") == 0);
    CHECK(measure(kept, "redis", "lost_writes") == 0);
    CHECK(measure(kept, "redis", "stale_reads") == 0);
}

TEST_CASE("too few sentinels, and nobody takes over") {
    const auto run = support::play(
        cluster(R"(, "replicas": 2, "sentinels": 0, "down_after": "1s")", kMasterDies));
    CHECK(measure(run, "redis", "failovers") == 0);
    CHECK(measure(run, "redis", "without_master") > 40);
}

TEST_CASE("moving slots loses and fails nothing") {
    const auto run = support::play(cluster(
        R"(, "masters": 3, "resharding": {"at": "5s", "masters": 4, "slots_per_second": 500})"));
    CHECK(support::node(run, "clients").totals.availability() == 1);
    CHECK(measure(run, "redis", "stale_reads") == 0);
    CHECK(measure(run, "redis", "moved_slots") == 4096);
    CHECK(measure(run, "redis", "redirects") > 0);
}
