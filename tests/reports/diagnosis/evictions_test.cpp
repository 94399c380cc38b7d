// A cache that evicts sessions, told from one that lost them with its machine.
#include "reports/diagnosis/evictions.h"

#include <doctest/doctest.h>

#include <string>

#include "tests/support/play.h"
#include "tests/support/text.h"

using support::has;

namespace {

// 100 people who come again every 2 s; a crawler asks for 2,000 items in 10 s, of which 500 fit in.
sim::Recording play_sessions(const std::string& eviction, const std::string& failures,
                             const std::string& capacity = "500kB") {
    return support::play(R"({"run": {"measure": "20s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "50/s", "calls": "front.page",
                  "population": {"people": 100, "keys": {"kind": "uniform", "count": 50}}},
        "crawler": {"kind": "open_loop", "rate": "200/s", "calls": "shop.page",
                    "population": {"keys": {"kind": "in_turn", "count": 2000}},
                    "stages": [{"target": "200/s", "duration": "10s"},
                               {"target": "0/s", "duration": "0s"}]},
        "front": {"kind": "pool", "of": "shop", "sessions": {"sticky": false, "store": "redis.session"}},
        "shop": {"kind": "server", "cores": 8, "endpoints": {"page": [{"call": "redis"}]}},
        "auth": {"kind": "server", "cores": 8, "endpoints": {"log_in": [{"work": "1ms"}]}},
        "redis": {"kind": "cache", "calls": "db", "eviction": ")" +
                             eviction + R"(", "capacity": ")" + capacity + R"(",
                  "entry_size": "1kB", "ttl": "1h", "sessions": {"calls": "auth.log_in", "size": "1kB"}},
        "db": {"kind": "database", "cores": 8, "service_time": "1ms"}},
        "failures": [)" + failures +
                             "]}",
                         1);
}

}  // namespace

TEST_CASE("a cache that evicts sessions is said to, with how many") {
    const sim::Recording run = play_sessions("allkeys_lru", "");
    const double evicted = support::measure(run, "redis", "sessions_evicted");
    CHECK(evicted > 20);
    CHECK(evicted == support::measure(run, "redis", "sessions_lost"));
    const std::vector<std::string> said = reports::evictions_of(run);
    REQUIRE(said.size() == 1);
    CHECK(has(said[0], "redis evicts sessions"));
    CHECK(has(said[0], std::to_string(static_cast<int>(evicted)) + " times"));
}

TEST_CASE("one that evicts only what has a TTL, or has room, or lost its memory is not") {
    CHECK(reports::evictions_of(play_sessions("volatile_lru", "")).empty());
    CHECK(reports::evictions_of(play_sessions("allkeys_lru", "", "10MB")).empty());
    const sim::Recording crashed = play_sessions(
        "allkeys_lru", R"({"kind": "crash", "target": "redis", "at": "10s", "lasts": "1s"})",
        "10MB");
    CHECK(support::measure(crashed, "redis", "sessions_lost") > 50);
    CHECK(support::measure(crashed, "redis", "sessions_evicted") == 0);
    CHECK(reports::evictions_of(crashed).empty());
}
