// A database's disk: when it is full, what then goes on, and what brings writes back.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cmath>
#include <string>

#include "models/causes.h"
#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

// 100 writes and 100 reads a second, at constant intervals, for 20 s.
std::string system(const std::string& db) {
    return fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
        "writers": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant",
                     "calls": [{{"to": "db", "writes": "100%"}}]}},
        "readers": {{"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "db"}},
        "db": {{"service_time": "1ms", {}}}}}}})",
                       db);
}

std::string one(const std::string& disk, const std::string& more = "") {
    return system(fmt::format(R"("kind": "database"{}, "disk": {{{}}})", more, disk));
}

double failed_for_room(const sim::Recording& run) {
    const auto& causes = node(run, "writers").causes;
    return static_cast<double>(causes[static_cast<std::size_t>(models::cause::disk_full)]);
}

std::string problems_of(const std::string& text) {
    return models::load({"test.json", {}, {}, text}).problems.render();
}

}  // namespace

TEST_CASE("a disk has room for so many writes, the others fail, and reads go on") {
    // 500 kB of room for 1,000 bytes a write.
    const std::string disk =
        R"("size": "700kB", "used": "200kB", "data_per_write": "600B", "log_per_write": "400B")";
    for (const char* more : {"", R"(, "wal": {"fsync_time": "1ms"})", R"(, "locks": {})"}) {
        const sim::Recording run = play(one(disk, more));
        CHECK(node(run, "writers").totals.of(sim::Outcome::succeeded) == 500);
        CHECK(node(run, "writers").totals.of(sim::Outcome::failed) >= 1499);
        CHECK(failed_for_room(run) == measure(run, "db", "disk_full"));
        CHECK(node(run, "readers").totals.of(sim::Outcome::failed) == 0);
        CHECK(measure(run, "db", "disk_used") == 700'000);
        CHECK(measure(run, "db", "log_on_disk") == 500 * 400);
    }
}

TEST_CASE("a purge of the log brings writes back at once, and only for as long") {
    // 10 s of writes fill it; at 15 s the log's 400 kB are free, for 400 writes.
    const sim::Recording run = play(one(R"("size": "1MB", "data_per_write": "600B",
                                           "log_per_write": "400B", "purge_log_at": ["15s"])"));
    CHECK(node(run, "writers").totals.of(sim::Outcome::succeeded) == 1400);
    CHECK(measure(run, "db", "log_purged") == 400'000);
    CHECK(measure(run, "db", "log_on_disk") == 400 * 400);
    CHECK(node(run, "readers").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("old files of the log expire when the next one is begun") {
    // A file a second: those closed at 1, 2, ... 20 s were last written then, and those of 5 s ago
    // and more are deleted at the next second: six are there after the 20th.
    const std::string log = R"("log_per_write": "1kB", "log_file_size": "100kB",
                               "log_retention": "5s")";
    const sim::Recording run = play(one(log));
    CHECK(measure(run, "db", "log_on_disk") <= 600'000);
    CHECK(measure(run, "db", "log_on_disk") >= 500'000);
    CHECK(measure(run, "db", "log_on_disk") + measure(run, "db", "log_purged") ==
          1000.0 * static_cast<double>(node(run, "writers").totals.of(sim::Outcome::succeeded)));
    // In a disk that is full before, nothing expires.
    const sim::Recording full = play(one(log + R"(, "size": "450kB")"));
    CHECK(node(full, "writers").totals.of(sim::Outcome::succeeded) == 450);
    CHECK(measure(full, "db", "log_purged") == 0);
}

TEST_CASE("without room on the primary every replica stops at its position") {
    const std::string disk = R"("size": "1MB", "data_per_write": "600B", "log_per_write": "400B")";
    const std::string db = R"("kind": "replicated", "replicas": 2, "read_from": "replicas",
                              "replication_delay": "100ms", "disk": {)";
    for (const char* acknowledge : {"none", "all"}) {
        const sim::Recording run =
            play(system(fmt::format(R"({}{}}}, "acknowledge": "{}")", db, disk, acknowledge)));
        CHECK(measure(run, "db", "log_records") == 1000);
        CHECK(measure(run, "db", "least_applied") == 1000);
        CHECK(measure(run, "db", "differing_rows_at_end") == 0);
        CHECK(measure(run, "db", "disk_used") == 1'000'000);
        CHECK(node(run, "readers").totals.of(sim::Outcome::failed) == 0);
        CHECK(failed_for_room(run) >= 999);
    }
    // A purge is of every machine's log. The replicas have ten records to apply then, whose 4 kB of
    // log stay: their last four records find no room.
    const sim::Recording purged =
        play(system(db + disk + R"(, "purge_log_at": ["5005ms"]}, "acknowledge": "none")"));
    CHECK(measure(purged, "db", "log_records") == 1000 + 500 * 400 / 1000);
    CHECK(std::abs(measure(purged, "db", "least_applied") - 1196) <= 1);
}

TEST_CASE("a disk that never fills, or is more than full, is refused") {
    CHECK(problems_of(one(R"("log_per_write": "0B")")).find("never fills") != std::string::npos);
    CHECK(problems_of(one(R"("size": "1kB", "used": "2kB")")).find("used is above size") !=
          std::string::npos);
}
