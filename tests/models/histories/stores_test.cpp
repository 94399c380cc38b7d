// What clients see of real stores: which of their promises break, and what keeps them.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include "tests/support/play.h"

namespace {

double broken_of_db(const sim::Recording& run, const std::string& what) {
    for (const sim::Watched& each : run.watched) {
        if (each.of != "history" || each.name != "db") continue;
        for (const sim::Measure& measure : each.measures) {
            if (measure.name == what) return measure.value;
        }
    }
    FAIL("no such figure: ", what);
    return 0;
}

sim::Recording play_db(const std::string& db, const std::string& failures = "") {
    return support::play(fmt::format(
        R"({{"run": {{"measure": "60s", "history": {{"of": ["db"]}}}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "200/s",
                         "calls": [{{"to": "db", "writes": "30%"}}],
                         "population": {{"people": 20, "keys": {{"kind": "uniform", "count": 20}}}}}},
            "db": {{{}}}}},
            "failures": [{}]}})",
        db, failures));
}

sim::Recording play_replicated(const std::string& more, const std::string& failures = "") {
    return play_db(R"("kind": "replicated", "replicas": 2, "service_time": "1ms",
                   "replication_delay": "50ms")" +
                       more,
                   failures);
}

constexpr auto kFastFailover =
    R"(, "failover": {"detect_after": "2s", "promote_time": "200ms", "fencing": "stonith"})";
constexpr auto kCrashOfPrimary =
    R"({"kind": "crash", "target": "db", "role": "primary", "at": "30s", "lasts": "20s"})";

}  // namespace

TEST_CASE("one machine keeps every promise") {
    const auto run = play_db(R"("kind": "database", "service_time": "1ms")");
    CHECK(broken_of_db(run, "operations") > 10000);
    CHECK(broken_of_db(run, "not_linearizable") == 0);
    CHECK(broken_of_db(run, "non_monotonic_reads") == 0);
    CHECK(broken_of_db(run, "own_writes_missed") == 0);
}

TEST_CASE("replicas that lag break what users take for granted, and waiting keeps it") {
    const auto lagging = play_replicated(R"(, "read_from": "replicas")");
    CHECK(broken_of_db(lagging, "not_linearizable") > 0);
    CHECK(broken_of_db(lagging, "own_writes_missed") > 0);
    const auto waiting = play_replicated(
        R"(, "read_from": "replicas", "read_your_writes": "wait_for_position", "position_timeout": "10s")");
    CHECK(broken_of_db(waiting, "own_writes_missed") == 0);
    CHECK(broken_of_db(waiting, "not_linearizable") > 0);  // others' writes are late all the same
    const auto primary = play_replicated("");
    CHECK(broken_of_db(primary, "not_linearizable") == 0);
}

TEST_CASE("an asynchronous failover breaks the order, one with a majority does not") {
    const auto async = play_replicated(kFastFailover, kCrashOfPrimary);
    CHECK(broken_of_db(async, "not_linearizable") > 0);
    CHECK(support::measure(async, "db", "lost_writes") > 0);
    const auto majority = play_replicated(
        std::string(kFastFailover) + R"(, "acknowledge": "majority")", kCrashOfPrimary);
    CHECK(support::measure(majority, "db", "failovers") == 1);
    CHECK(broken_of_db(majority, "unknown_writes") > 0);
    CHECK(broken_of_db(majority, "own_writes_missed") == 0);
}

TEST_CASE("Redis loses what it had not sent") {
    const std::string redis =
        R"("kind": "redis", "replicas": 2, "sentinels": 3, "quorum": 2, "down_after": "2s",
           "command_time": "1ms", "replication_delay": "50ms")";
    const std::string crash =
        R"({"kind": "crash", "target": "db", "role": "master", "at": "30s", "lasts": "20s"})";
    CHECK(broken_of_db(play_db(redis), "not_linearizable") == 0);
    const auto failed = play_db(redis, crash);
    CHECK(support::measure(failed, "db", "failovers") == 1);
    CHECK(support::measure(failed, "db", "lost_writes") > 0);
    CHECK(broken_of_db(failed, "not_linearizable") > 0);
}

TEST_CASE("a history is there only when it is asked for, and changes nothing") {
    const std::string scenario = R"({"run": {"measure": "5s"HISTORY}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "db", "writes": "30%"}]},
        "db": {"kind": "database"}}})";
    const auto with = [&](const std::string& history) {
        std::string text = scenario;
        return support::play(text.replace(text.find("HISTORY"), 7, history));
    };
    const auto without = with("");
    const auto listening = with(R"(, "history": {"of": ["db"]})");
    CHECK(without.watched.empty());
    CHECK(without.fingerprint.hex() == listening.fingerprint.hex());
}
