// Rows on the move: a resharding that leaves nothing out loses, doubles and ages none.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/play.h"

using support::measure;

namespace {

std::string town(const std::string& plan, const std::string& shards = "") {
    return fmt::format(R"({{"run": {{"measure": "40s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "200/s", "calls": [{{"to": "users", "writes": "50%"}}],
                     "population": {{"keys": {{"kind": "uniform", "count": 2000}}}}}},
        "users": {{"kind": "shards", "calls": ["a", "b", "c"], "active": 2, "rows": 2000{},
                   "resharding": {{"at": "5s", "shards": 3, "rows_per_second": 200{}}}}},
        "directory": {{"kind": "database", "service_time": "0.1ms"}},
        "a": {{"kind": "database", "service_time": "1ms"}}, "b": {{"kind": "database", "service_time": "1ms"}},
        "c": {{"kind": "database", "service_time": "1ms"}}}}}})",
                       shards, plan);
}

const std::string kRemembers = R"(, "directory": "directory", "directory_cache": true)";

}  // namespace

TEST_CASE("a resharding with all its steps loses no row, leaves none twice, and no read is old") {
    for (const std::string& shards : {std::string(), kRemembers}) {
        const auto run = support::play(town("", shards));
        CHECK(measure(run, "users", "moved_rows") > 1200);  // two of three by modulo
        CHECK(measure(run, "users", "caught_up_rows") > 100);
        for (const char* wrong : {"lost_rows", "doubled_rows", "stale_reads", "missing_reads"}) {
            CAPTURE(wrong);
            CHECK(measure(run, "users", wrong) == 0);
        }
        CHECK(support::node(run, "clients").totals.availability() == 1);
    }
}

// 100 writes/s to 2,000 rows for 6.7 s, of which two thirds move and half are copied: 220 rows.
TEST_CASE("without the catch-up what was written meanwhile is lost, and read as it was before") {
    const auto run = support::play(town(R"(, "catch_up": false)"));
    CHECK(measure(run, "users", "lost_rows") > 0);
    CHECK(measure(run, "users", "stale_reads") > 0);
    CHECK(measure(run, "users", "doubled_rows") == 0);
}

TEST_CASE("without the deletion every row that moved is there twice") {
    const auto run = support::play(town(R"(, "delete_old": false)"));
    CHECK(measure(run, "users", "doubled_rows") == measure(run, "users", "moved_rows"));
    CHECK(measure(run, "users", "lost_rows") == 0);
}

TEST_CASE("a directory that is remembered is wrong after a move, unless the shards say so") {
    const auto said = support::play(town("", kRemembers));
    const auto silent = support::play(town(R"(, "check_owner": false)", kRemembers));
    CHECK(measure(said, "users", "redirects") > 0);
    CHECK(measure(silent, "users", "redirects") == 0);
    CHECK(measure(silent, "users", "lost_rows") > 0);
    CHECK(measure(silent, "users", "doubled_rows") > 0);  // written again where it was deleted
    CHECK(measure(silent, "users", "missing_reads") > 0);
}

// Two of three of 2,000 rows: a read, a write and a deletion each, of 1 ms.
TEST_CASE("a batch of moved rows costs what so many rows do") {
    const auto run = support::play(town("").replace(town("").find("200/s"), 5, "0.1/s"));
    constexpr auto service = static_cast<std::size_t>(sim::Spent::service);
    double work = 0;
    for (const char* shard : {"a", "b", "c"}) {
        work += sim::seconds(support::node(run, shard).spent.at(service));
    }
    CHECK(work == doctest::Approx(3 * measure(run, "users", "moved_rows") * 0.001).epsilon(0.01));
}
