// The cache node: what it answers, what it asks, what it loses.
#include <doctest/doctest.h>
#include <fmt/core.h>

#include <algorithm>

#include "models/caches/cache_spec.h"
#include "tests/support/play.h"

using support::measure;

namespace {

std::string shop(const std::string& cache, const std::string& calls = R"("cache")") {
    return fmt::format(R"({{"run": {{"warm_up": "2s", "measure": "60s"}}, "nodes": {{
        "clients": {{"kind": "open_loop", "rate": "200/s", "calls": {},
                     "population": {{"keys": {{"kind": "uniform", "count": 20}}}}}},
        "cache": {{"kind": "cache", "calls": "db", "access_time": "1ms"{}}},
        "db": {{"kind": "database", "cores": 64, "service_time": "10ms", "rows": 15}}}}}})",
                       calls, cache);
}

const std::string kWrites = R"([{"to": "cache", "writes": "10%"}])";

}  // namespace

TEST_CASE("every read is a hit, a miss or goes past; every load is a question behind") {
    for (const std::string miss : {"load", "coalesce", "lock"}) {
        const auto run = support::play(shop(R"(, "ttl": "1s", "on_miss": ")" + miss + R"(")"));
        const double looked = measure(run, "cache", "hits") + measure(run, "cache", "misses");
        const auto offered = static_cast<double>(support::node(run, "cache").totals.offered);
        CHECK(std::abs(looked - offered) <= 2);  // under way when measuring begins or ends
        const auto asked = static_cast<double>(support::node(run, "db").totals.offered);
        CHECK(std::abs(measure(run, "cache", "loads") - asked) <= 2);
    }
}

// One key, 100 requests/s, 50 ms of ttl from the load: 100 * 0.05 / (1 + 100 * 0.05) = 5/6. Over
// 10,000 expiries five standard errors are 1 point. The load itself takes no time here.
TEST_CASE("the hit ratio of a ttl is lambda T / (1 + lambda T)") {
    const auto run = support::play(R"({"run": {"warm_up": "1s", "measure": "600s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "100/s", "calls": "cache"},
        "cache": {"kind": "cache", "calls": "db", "ttl": "50ms"},
        "db": {"kind": "database", "service_time": "0s"}}})");
    CHECK(std::abs(measure(run, "cache", "hit_ratio") - 5.0 / 6) < 0.01);
}

TEST_CASE("missing items are asked for again and again, unless they are remembered") {
    const auto forgets = support::play(shop(""));
    const auto remembers = support::play(shop(R"(, "negative_ttl": "1h")"));
    const auto offered = static_cast<double>(support::node(forgets, "clients").totals.offered);
    CHECK(std::abs(measure(forgets, "cache", "misses") / offered - 0.25) < 0.02);
    CHECK(measure(remembers, "cache", "misses") == 0);
}

TEST_CASE("a write that passes through the cache is never followed by a stale read") {
    for (const std::string writes : {"update", "behind"}) {
        const auto run = support::play(shop(R"(, "writes": ")" + writes + R"(")", kWrites));
        CHECK(measure(run, "cache", "stale_reads") == 0);
        CHECK(measure(run, "cache", "lost_writes") == 0);
    }
}

TEST_CASE("around the cache: stale until the ttl is over, and not longer") {
    const auto forever = support::play(shop(R"(, "writes": "around")", kWrites));
    const auto brief = support::play(shop(R"(, "writes": "around", "ttl": "100ms")", kWrites));
    CHECK(measure(forever, "cache", "stale_reads") > 1000);
    CHECK(measure(brief, "cache", "stale_reads") > 0);
    CHECK(measure(brief, "cache", "stale_reads") < measure(forever, "cache", "stale_reads") / 4);
}

TEST_CASE("write-behind writes an item once a flush, however often it was written") {
    const auto run =
        support::play(shop(R"(, "writes": "behind", "flush_interval": "1s")", kWrites));
    const double flushes = measure(run, "cache", "flushes");
    CHECK(flushes >= 58);
    CHECK(flushes <= 60);
}

TEST_CASE("a crash takes what was not flushed, and later reads are stale for it") {
    const std::string text = R"({"run": {"warm_up": "1s", "measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "cache", "writes": "50%"}],
                    "population": {"keys": {"kind": "uniform", "count": 1000000}}},
        "readers": {"kind": "open_loop", "rate": "200/s", "calls": "cache",
                    "population": {"keys": {"kind": "uniform", "count": 1000}}},
        "cache": {"kind": "cache", "calls": "db", "writes": "behind", "flush_interval": "10s"},
        "db": {"kind": "database", "cores": 64, "service_time": "1ms"}},
        "failures": [{"kind": "crash", "target": "cache", "at": "35s", "lasts": "1s"}]})";
    const auto run = support::play(text);
    // Five seconds of 100 writes/s since the flush at 30 s.
    CHECK(std::abs(measure(run, "cache", "lost_writes") - 500) < 120);
    CHECK(measure(run, "cache", "lost_entries") > 0);
    CHECK(support::node(run, "clients").totals.availability() == 1);
}

TEST_CASE("a shared load goes on when the one who began it gives up") {
    const auto run = support::play(R"({"run": {"warm_up": "0s", "measure": "10s"}, "nodes": {
        "hasty": {"kind": "open_loop", "rate": "100/s", "requests": 1, "arrivals": "constant",
                  "calls": "cache",
                  "policies": [{"kind": "timeout", "limit": "10ms", "propagates": true}]},
        "patient": {"kind": "open_loop", "rate": "50/s", "requests": 1, "arrivals": "constant",
                    "calls": "cache"},
        "cache": {"kind": "cache", "calls": "db", "on_miss": "coalesce"},
        "db": {"kind": "database", "service_time": "1s"}}})");
    CHECK(support::node(run, "hasty").totals.of(sim::Outcome::timed_out) == 1);
    CHECK(support::node(run, "patient").totals.of(sim::Outcome::succeeded) == 1);
    CHECK(measure(run, "cache", "loads") == 1);
    CHECK(measure(run, "cache", "joined") == 1);
}

TEST_CASE("served while it is refreshed: one load, and nobody waits") {
    const auto run = support::play(R"({"run": {"warm_up": "1s", "measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "500/s", "calls": "cache"},
        "cache": {"kind": "cache", "calls": "db", "preload": 1, "ttl": "1s",
                  "stale_while_revalidate": "1s"},
        "db": {"kind": "database", "service_time": "100ms"}}})");
    CHECK(measure(run, "cache", "misses") == 0);
    CHECK(measure(run, "cache", "loads") > 50);
    CHECK(measure(run, "cache", "loads") < 60);
    CHECK(support::node(run, "clients").latency.max() == sim::Duration::zero());
}

TEST_CASE("a chain of caches knows the ledger at its end, whatever order they are built in") {
    const auto run = support::play(R"({"run": {"warm_up": "1s", "measure": "20s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "a", "writes": "10%"}]},
        "a": {"kind": "cache", "calls": "b", "writes": "around"},
        "b": {"kind": "cache", "calls": "db", "writes": "update"},
        "db": {"kind": "database", "service_time": "1ms"}}})");
    CHECK(measure(run, "a", "stale_reads") > 0);
    CHECK(measure(run, "b", "stale_reads") == 0);  // the first one judges
}

TEST_CASE("the same seed, the same run, for every eviction") {
    for (const auto& choice : models::Evictions::each()) {
        const std::string set = "nodes.cache.eviction=" + std::string(choice.kind());
        const std::string text = shop(R"(, "capacity": "5KiB", "ttl": "10s", "ttl_jitter": 0.5)");
        const auto first = support::play(text, 3, {set});
        const auto second = support::play(text, 3, {set});
        CHECK(first.fingerprint.value() == second.fingerprint.value());
    }
}
