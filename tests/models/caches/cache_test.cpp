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
        "clients": {{"kind": "open_loop", "rate": "200/s", "latency": "0.5ms", "calls": {},
                     "population": {{"keys": {{"kind": "uniform", "count": 20}}}}}},
        "cache": {{"kind": "cache", "calls": "db"{}}},
        "db": {{"kind": "database", "cores": 64, "service_time": "10ms", "rows": 15}}}}}})",
                       calls, cache);
}

// Time of its cores or threads.
double worked_s(const sim::NodeRecord& record) {
    return sim::seconds(record.spent.at(static_cast<std::size_t>(sim::Spent::service)));
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

TEST_CASE(
    "a write that passes through is never followed by a stale read, if versions are compared") {
    for (const std::string writes : {"update", "behind"}) {
        const auto run = support::play(
            shop(R"(, "stale_sets": "version", "writes": ")" + writes + R"(")", kWrites));
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
    // Of 20 items 20 writes/s are to 13; their flush takes 10 ms each, and the next comes 1 s
    // later.
    CHECK(flushes >= 51);
    CHECK(flushes <= 55);
}

TEST_CASE("a crash takes what was not flushed, and later reads are stale for it") {
    const std::string text = R"({"run": {"warm_up": "1s", "measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "cache", "writes": "50%"}],
                    "population": {"keys": {"kind": "uniform", "count": 1000000}}},
        "readers": {"kind": "open_loop", "rate": "200/s", "calls": "cache",
                    "population": {"keys": {"kind": "uniform", "count": 1000}}},
        "cache": {"kind": "cache", "calls": "db", "writes": "behind", "flush_interval": "10s"},
        "db": {"kind": "database", "cores": 64, "service_time": "1ms", "batch_row_time": "0s"}},
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
    CHECK(support::node(run, "clients").latency.succeeded.max() == sim::Duration::zero());
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

// The answers of the database overtake each other on the way back, and so do the stores that follow
// them: 100 writes/s to one item, of which two are within 10 ms nearly always.
TEST_CASE("of two write-throughs that race the older may stay, unless versions are compared") {
    const auto stale = [](const char* sets, const char* writes) {
        const auto run = support::play(fmt::format(R"({{"run": {{"measure": "20s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "200/s", "calls": [{{"to": "cache", "writes": "50%"}}]}},
            "cache": {{"kind": "cache", "calls": "db", "preload": 1, "writes": "{}", "stale_sets": "{}",
                       "latency": {{"kind": "exponential", "mean": "10ms"}}}},
            "db": {{"kind": "database", "cores": 64, "service_time": "1ms"}}}}}})",
                                                   writes, sets));
        return measure(run, "cache", "stale_reads");
    };
    CHECK(stale("allow", "update") > 100);
    CHECK(stale("lease", "update") > 100);  // a lease is about loads; writers have none
    CHECK(stale("version", "update") == 0);
    CHECK(stale("allow", "behind") == 0);  // the cache's own order is all there is
}

// 600 misses a second of 0.1 ms: a turn to look and one to store, 12 % of the thread, and what hits
// take is nothing here as no item comes twice. Five standard errors of 36,000 arrivals are 3 %.
TEST_CASE("to store what was loaded takes a turn of the thread, and to compare versions one more") {
    const auto busy = [](const char* sets) {
        const auto run = support::play(fmt::format(R"({{"run": {{"measure": "60s"}}, "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "600/s", "calls": "cache",
                         "population": {{"keys": {{"kind": "uniform", "count": 1000000000}}}}}},
            "cache": {{"kind": "cache", "calls": "db", "command_time": "0.1ms", "stale_sets": "{}"}},
            "db": {{"kind": "database", "cores": 64, "service_time": "1ms"}}}}}})",
                                                   sets));
        const auto& record = support::node(run, "cache");
        return worked_s(record) / 60;
    };
    CHECK(busy("allow") == doctest::Approx(0.12).epsilon(0.03));
    CHECK(busy("version") == doctest::Approx(0.18).epsilon(0.03));
}

// A second's flush has about 18 of 20 items: 10 ms for the first row, and 1 ms for each other.
TEST_CASE("a flush costs the database every row of it") {
    const auto run = support::play(R"({"run": {"warm_up": "1s", "measure": "60s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "200/s", "calls": [{"to": "cache", "writes": "100%"}],
                    "population": {"keys": {"kind": "uniform", "count": 20}}},
        "cache": {"kind": "cache", "calls": "db", "writes": "behind"},
        "db": {"kind": "database", "write_time": "10ms", "batch_row_time": "1ms"}}})");
    const double flushes = measure(run, "cache", "flushes");
    const double rows = measure(run, "cache", "flushed_rows");
    CHECK(rows > 18 * flushes);
    const double work = worked_s(support::node(run, "db"));
    CHECK(work == doctest::Approx(flushes * 0.009 + rows * 0.001).epsilon(0.001));
}

// 10 % of 20 keys are one machine's or more. Until it is left out callers wait for the timeout;
// each 10 s it is tried again.
TEST_CASE("a machine that is down costs its callers connect timeouts, until it is left out") {
    const auto dead = [](const char* more) {
        return support::play(
            shop(fmt::format(R"(, "instances": 4, "preload": 20, "connect_timeout": "100ms"{})",
                             more)),
            1,
            {R"(failures=[{"kind": "crash", "target": "cache", "instances": 1, "at": "1s", "lasts": "10min"}])"});
    };
    const auto always = dead("");
    const auto ejecting = dead(R"(, "eject_after": 2, "retry_after": "10s")");
    const double passed = measure(always, "cache", "bypassed");
    CHECK(passed > 500);
    CHECK(std::abs(measure(always, "cache", "failed_connections") - passed) <= 20);
    CHECK(measure(ejecting, "cache", "failed_connections") < 0.1 * passed);
    CHECK(measure(ejecting, "cache", "ejections") >= 5);
    CHECK(measure(ejecting, "cache", "ejections") <= 7);
    const double hits = measure(ejecting, "cache", "hits");
    CHECK(measure(ejecting, "cache", "hit_ratio") ==
          doctest::Approx(hits / (hits + measure(ejecting, "cache", "bypassed"))).epsilon(0.01));
}

// 4 ms to the cache's machine and back, and 6 ms for the database: from where the caller stands,
// or, behind a proxy, from where that does.
TEST_CASE("callers of a cache stand apart from it, and a proxy asks from where it stands") {
    const auto mean_ms = [](const char* placement) {
        const auto run = support::play(fmt::format(R"({{"run": {{"measure": "10s"}},
            "network": {{"regions": {{"r": {{"zones": ["near", "far"]}}}}, "to_users": {{"latency": "2ms"}},
                         "across_zones": {{"latency": "50ms"}}, "placement": {{"cache": ["near"], "db": ["far"]}}}},
            "nodes": {{
            "clients": {{"kind": "open_loop", "rate": "10/s", "calls": "cache",
                         "population": {{"keys": {{"kind": "in_turn", "count": 1000000}}}}}},
            "cache": {{"kind": "cache", "placement": "{}", "calls": "db"}},
            "db": {{"kind": "database", "service_time": "2ms"}}}}}})",
                                                   placement));
        return support::node(run, "clients").latency.succeeded.mean().count() / 1e6;
    };
    CHECK(mean_ms("shared") == doctest::Approx(4 + 4 + 2).epsilon(0.001));
    CHECK(mean_ms("local") == doctest::Approx(4 + 2).epsilon(0.001));
    CHECK(mean_ms("proxy") == doctest::Approx(4 + 100 + 2).epsilon(0.001));
}
