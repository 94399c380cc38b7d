// What a database's disk costs: its log and its pages.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>
#include <string>

#include "models/data/ledger.h"
#include "reports/summary.h"
#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// Writers who do nothing but commit, to a log whose fsync takes 5 ms.
sim::Recording commits(std::uint32_t writers, const std::string& wal,
                       const std::string& more = "") {
    return play(fmt::format(R"({{
      "run": {{"warm_up": "1s", "measure": "10s"}},
      "nodes": {{
        "writers": {{"kind": "loops", "concurrency": {},
                     "calls": [{{"to": "db", "writes": "100%"}}]}},
        "db": {{"kind": "database", "cores": 64, "service_time": "0.1ms",
                "wal": {{"fsync_time": "5ms", "bytes_per_write": "200B"{}}}{}}}
      }}}})",
                            writers, wal, more));
}

double per_second(const sim::Recording& recording) {
    return measure(node(recording, "db"), "wal_bytes") / 200 / 10;
}

}  // namespace

TEST_CASE("group commit: n writers have n/2 commits an fsync, a single one has one") {
    // The edges of the ten seconds cut a group or two.
    CHECK(per_second(commits(1, "")) == doctest::Approx(1000.0 / 5.1).epsilon(0.01));
    for (const std::uint32_t writers : {2u, 10u, 50u}) {
        CAPTURE(writers);
        CHECK(per_second(commits(writers, "")) == doctest::Approx(writers / 0.010).epsilon(0.01));
    }
}

TEST_CASE("without group commit it is one commit an fsync, whoever asks") {
    for (const std::uint32_t writers : {2u, 10u, 50u}) {
        CAPTURE(writers);
        const auto run = commits(writers, R"(, "group_commit": false)");
        CHECK(per_second(run) == doctest::Approx(200).epsilon(0.01));
        CHECK(measure(node(run, "db"), "commits_per_flush") == doctest::Approx(1));
    }
}

TEST_CASE("commit_delay gathers all writers, and is not waited for when too few are open") {
    const std::string delay = R"(, "commit_delay": "1ms", "commit_siblings": 5)";
    // All ten are back 0.1 ms after the fsync, so one has them all: 6.1 ms a round.
    CHECK(per_second(commits(10, delay)) == doctest::Approx(10 / 0.0061).epsilon(0.01));
    // Five writers have four siblings each.
    CHECK(per_second(commits(5, delay)) == doctest::Approx(5 / 0.010).epsilon(0.01));
}

TEST_CASE("the log takes as long as its bytes, and an fsync") {
    // 200 bytes at 40 kB/s are 5 ms, and 5 ms.
    const auto run = commits(1, R"(, "bytes_per_second": "40000B")");
    CHECK(per_second(run) == doctest::Approx(1000.0 / 10.1).epsilon(0.01));
}

TEST_CASE("a row is locked until its writer's fsync is over: writers of one row share none") {
    const std::string locks = R"(, "locks": {"hold_time": "0s"})";
    const auto one_row = commits(10, "", locks);
    CHECK(per_second(one_row) == doctest::Approx(200).epsilon(0.01));
}

TEST_CASE("a crash loses what was acknowledged and not flushed, three delays' worth at most") {
    const std::string text = R"({
      "run": {"measure": "10s"},
      "nodes": {
        "writers": {"kind": "open_loop", "arrivals": "constant", "rate": "1000/s",
                    "calls": [{"to": "db", "writes": "100%"}],
                    "population": {"keys": {"kind": "uniform", "count": 100}}},
        "db": {"kind": "database", "service_time": "0.1ms", "cores": 64, "wal":
               {"fsync_time": "5ms", "synchronous_commit": "off", "wal_writer_delay": "100ms"}}
      },
      "failures": [{"kind": "crash", "target": "db", "at": "5s", "lasts": "1s"}]})";
    double most = 0;
    for (const char* at : {"5s", "5.02s", "5.04s", "5.06s", "5.08s", "5.1s", "5.12s"}) {
        CAPTURE(at);
        const auto run = play(text, 1, {fmt::format("failures.0.at={}", at)});
        const double lost = measure(node(run, "db"), "lost_commits");
        CHECK(lost <= 300);
        most = std::max(most, lost);
    }
    // Somewhere in a round it is most of a delay at least.
    CHECK(most > 80);
    const auto safe = play(text, 1, {"nodes.db.wal.synchronous_commit=on"});
    CHECK(measure(node(safe, "db"), "lost_commits") == 0);
}

TEST_CASE("what a crash took is not committed any more, and stays acknowledged") {
    models::Ledger ledger;
    ledger.acknowledge(7, ledger.commit(7));
    const std::uint64_t second = ledger.commit(7);
    ledger.acknowledge(7, second);
    ledger.take_back(7, second, 1);
    CHECK(ledger.committed(7) == 1);
    CHECK(ledger.acknowledged(7) == 2);
    CHECK(ledger.committed(models::Ledger::kWholeSet) == 1);
}

TEST_CASE("pages: the pool's share of the data is found there, and the rest read one by one") {
    const auto run = play(R"({
      "run": {"measure": "50s"},
      "nodes": {
        "reader": {"kind": "loops", "concurrency": 1, "calls": "db"},
        "db": {"kind": "database", "service_time": "1ms",
               "storage": {"pages": 4, "data_size": "10GiB", "shared_buffers": "4GiB",
                           "read_latency": "0.5ms"}}
      }})");
    const sim::NodeRecord& db = node(run, "db");
    // 1 ms of a core, and 4 * 0.6 reads of 0.5 ms: 2.2 ms. Three standard errors of 23,000
    // queries of 0.49 ms are half a per cent.
    CHECK(static_cast<double>(db.totals.finished()) / 50 ==
          doctest::Approx(1000 / 2.2).epsilon(0.005));
    CHECK(measure(db, "buffer_hit_ratio") == doctest::Approx(0.4).epsilon(0.01));
}
