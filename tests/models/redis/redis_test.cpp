// Redis as a store of its own: what fails, what is lost, what moves.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "tests/support/play.h"

using support::measure;

namespace {

std::string cluster(const std::string& redis, const std::string& failures = "") {
    return fmt::format(R"({{"run": {{"warm_up": "1s", "measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "500/s", "latency": "0.25ms", "calls": [{{"to": "redis", "writes": "50%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 1000}}}}}},
        "redis": {{"kind": "redis", "preload": 1000{}}}}},
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

TEST_CASE(
    "without replication lag a failover loses nothing, and lasts as long as its sentinels need") {
    const auto run = support::play(
        cluster(R"(, "replicas": 1, "replication_delay": "0s", "down_after": "3s")", kMasterDies));
    CHECK(measure(run, "redis", "lost_writes") == 0);
    CHECK(measure(run, "redis", "failovers") == 1);
    // Its last answer is up to 1.1 s old, and they ask each other within 1.1 s.
    CHECK(measure(run, "redis", "without_master") > 1.9);
    CHECK(measure(run, "redis", "without_master") < 4.2);
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

TEST_CASE("without sentinels nobody takes over") {
    const auto run = support::play(
        cluster(R"(, "replicas": 2, "sentinels": 0, "down_after": "1s")", kMasterDies));
    CHECK(measure(run, "redis", "failovers") == 0);
    CHECK(measure(run, "redis", "without_master") > 40);
}

TEST_CASE("a quorum of one sentinel still needs the votes of a majority of all") {
    const std::string redis = R"(, "replicas": 1, "down_after": "2s", "quorum": 1, "sentinels": )";
    CHECK(measure(support::play(cluster(redis + "1", kMasterDies)), "redis", "failovers") == 1);
    CHECK(measure(support::play(cluster(redis + "5", kMasterDies)), "redis", "failovers") == 1);
}

TEST_CASE("a master that is too slow to answer is taken to be down, and one that stands still") {
    for (const char* what : {R"("kind": "slow", "factor": 100000)", R"("kind": "hang")"}) {
        CAPTURE(what);
        const std::string failure = fmt::format(
            R"({{{}, "target": "redis", "instances": 1, "at": "20s", "lasts": "30s"}})", what);
        const auto sentinels = support::play(
            cluster(R"(, "replicas": 1, "replication_delay": "0s", "down_after": "3s")", failure));
        CHECK(measure(sentinels, "redis", "failovers") == 1);
        const auto masters = support::play(
            cluster(R"(, "masters": 3, "replicas": 1, "cluster_node_timeout": "3s")", failure));
        CHECK(measure(masters, "redis", "failovers") == 1);
    }
}

TEST_CASE("a master that is ten times slower answers in time") {
    const auto run = support::play(cluster(
        R"(, "replicas": 1, "down_after": "3s")",
        R"({"kind": "slow", "factor": 10, "target": "redis", "instances": 1, "at": "20s", "lasts": "30s"})"));
    CHECK(measure(run, "redis", "failovers") == 0);
}

TEST_CASE("a cluster promotes as long as most of its masters are there to vote") {
    const auto dead = [](int masters) {
        const std::string failure = fmt::format(
            R"({{"kind": "crash", "target": "redis", "instances": {}, "at": "20s", "lasts": "10min"}})",
            masters);
        const auto run = support::play(
            cluster(R"(, "masters": 5, "replicas": 1, "cluster_node_timeout": "2s")", failure));
        return measure(run, "redis", "failovers");
    };
    CHECK(dead(1) == 1);
    CHECK(dead(2) == 2);
    CHECK(dead(3) == 0);  // two of five are left
    CHECK(dead(5) == 0);
}

TEST_CASE("a cluster refuses all only once the others agree that a master has failed") {
    const std::string fails =
        R"({"kind": "crash", "target": "redis", "instances": 1, "at": "20s", "lasts": "10min"})";
    const auto run = support::play(
        cluster(R"(, "masters": 3, "replicas": 0, "cluster_node_timeout": "5s")", fails));
    const auto& slices = support::node(run, "clients").slices;
    const auto succeeded = [&](std::size_t from, std::size_t to) {
        double sum = 0;
        for (std::size_t i = from; i < to; ++i) sum += static_cast<double>(slices[i].succeeded);
        return sum / static_cast<double>(to - from);
    };
    CHECK(std::abs(succeeded(20, 23) - 333) < 60);  // a second's; two thirds of 500
    CHECK(succeeded(30, 59) == 0);
}

TEST_CASE("a master that is cut off loses what it goes on taking, until it may not any more") {
    const std::string cut =
        R"({"kind": "partition", "target": "redis", "instances": 1, "at": "20s", "lasts": "20s"})";
    const auto alone = support::play(cluster(
        R"(, "masters": 3, "replicas": 1, "replication_delay": "0s", "cluster_node_timeout": "2s")",
        cut));
    CHECK(measure(alone, "redis", "failovers") == 1);
    // It reaches no majority after 2 to 3.2 s and refuses: 250 writes/s, a third, for so long.
    const double lost = measure(alone, "redis", "lost_writes");
    CHECK(lost > 2.0 * 83 * 0.7);
    CHECK(lost < 3.3 * 83 * 1.3);
    // Sentinels do not stop a master: it takes writes from those who still go there.
    const auto watched = support::play(
        cluster(R"(, "replicas": 2, "replication_delay": "0s", "down_after": "2s")", cut));
    CHECK(measure(watched, "redis", "failovers") == 1);
    CHECK(measure(watched, "redis", "lost_writes") > 0);
}

TEST_CASE("watching changes nothing as long as nothing goes wrong") {
    const std::string later =
        R"({"kind": "crash", "target": "redis", "instances": 1, "at": "20min", "lasts": "1s"})";
    for (const char* redis : {R"(, "replicas": 2)", R"(, "masters": 3, "replicas": 1)"}) {
        const auto without = support::play(cluster(redis));
        const auto with = support::play(cluster(redis, later));
        const auto& one = support::node(without, "clients");
        const auto& other = support::node(with, "clients");
        CHECK(one.totals.availability() == other.totals.availability());
        // A ping takes its turn of the thread, and a nanosecond of it.
        CHECK(one.latency.succeeded.mean_seconds() ==
              doctest::Approx(other.latency.succeeded.mean_seconds()).scale(0).epsilon(1e-7));
        CHECK(with.events > without.events);
    }
}

TEST_CASE("moving slots loses and fails nothing") {
    const auto run = support::play(cluster(
        R"(, "masters": 3, "resharding": {"at": "5s", "masters": 4, "slots_per_second": 500})"));
    CHECK(support::node(run, "clients").totals.availability() == 1);
    CHECK(measure(run, "redis", "stale_reads") == 0);
    CHECK(measure(run, "redis", "moved_slots") == 4096);
    CHECK(measure(run, "redis", "redirects") > 0);
}

TEST_CASE("a command that TCP gives up has timed out") {
    const auto run = support::play(R"({"run": {"measure": "20min"}, "nodes": {
        "shop": {"kind": "open_loop", "rate": "1/s", "calls": "redis"}, "redis": {"kind": "redis"}},
        "network": {"regions": {"eu": {"zones": ["eu-a"]}}},
        "failures": [{"kind": "partition", "from": ["redis"], "to": ["users"], "one_way": true, "at": "0s", "lasts": "1h"}]})");
    const auto& shop = support::node(run, "shop");
    // Those of the first 20 min - 924.6 s, and all that went there was done.
    CHECK(shop.totals.finished() == doctest::Approx(275.4).epsilon(0.25));  // four standard errors
    CHECK(shop.causes[static_cast<std::size_t>(models::cause::timeout)] == shop.totals.finished());
    CHECK(shop.totals.ended[static_cast<std::size_t>(sim::Outcome::timed_out)] ==
          shop.totals.finished());
    CHECK(measure(run, "redis", "highest_slot_failed") > 0);
}
