// What becomes of an object that is written while locations have it.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::measure;
using support::node;
using support::play;

namespace {

struct PurgePlan {
    std::string names = "plain";
    std::string ttl = "1h";
    std::string cdn = R"(, "locations": 3)";
    std::string write = R"([{"call": "db"}, {"call": "cdn.purge"}])";
    std::string shield{};       // a node
    std::string behind = "db";  // of the CDN
    std::string more{};
};

// Readers at three locations, and a write of a random one of ten objects each second.
std::string purging_system(const PurgePlan& plan) {
    return fmt::format(R"({{"run": {{"warm_up": "20s", "measure": "200s"}},
        "network": {{"regions": {{"us": {{"zones": ["u"]}}, "eu": {{"zones": ["e"]}},
                                 "asia": {{"zones": ["a"]}}}}, "users": ["at_u", "at_e", "at_a"],
            "pairs": {{"at_u": {{"u": {{"latency": "2ms"}}}}, "at_e": {{"e": {{"latency": "2ms"}}}},
                      "at_a": {{"a": {{"latency": "2ms"}}}}}},
            "to_users": {{"latency": "60ms"}}, "across_regions": {{"latency": "50ms"}},
            "placement": {{"cdn": ["u", "e", "a"], "db": ["u"], "app": ["u"],
                "r1": ["at_u"], "r2": ["at_e"], "r3": ["at_a"], "writer": ["at_u"]}}}},
        "nodes": {{
            "r1": {{"kind": "open_loop", "rate": "100/s", "calls": "cdn.page",
                   "population": {{"keys": {{"kind": "uniform", "count": 10}}}}}},
            "r2": {{"kind": "open_loop", "rate": "100/s", "calls": "cdn.page",
                   "population": {{"keys": {{"kind": "uniform", "count": 10}}}}}},
            "r3": {{"kind": "open_loop", "rate": "100/s", "calls": "cdn.page",
                   "population": {{"keys": {{"kind": "uniform", "count": 10}}}}}},
            "writer": {{"kind": "open_loop", "rate": "1/s", "arrivals": "constant",
                       "calls": [{{"to": "app.write", "writes": "100%"}}],
                       "population": {{"keys": {{"kind": "uniform", "count": 10}}}}}},
            "app": {{"kind": "server", "endpoints": {{"write": {}}}}},
            "cdn": {{"kind": "cdn", "calls": "{}",
                    "behaviors": {{"page": {{"ttl": "{}", "names": "{}"}}}} {}}},
            {}
            "db": {{"kind": "database", "cores": 64, "connections": 500, "service_time": "1ms"}}}} {}}})",
                       plan.write, plan.behind, plan.ttl, plan.names, plan.cdn, plan.shield,
                       plan.more);
}

double of_purged(const sim::Recording& run, const std::string& name) {
    return measure(run, "cdn", name);
}

}  // namespace

TEST_CASE("without a purge what is stale is served until the TTL is over") {
    PurgePlan plan;
    plan.write = R"([{"call": "db"}])";
    const sim::Recording stays = play(purging_system(plan));
    // Each of the ten has been written within 10 s or so of a run whose objects last for an hour.
    CHECK(of_purged(stays, "stale_share") > 0.9);
    plan.ttl = "1s";
    const sim::Recording passes = play(purging_system(plan));
    CHECK(of_purged(passes, "stale_share") < 0.1);
    CHECK(of_purged(passes, "stale_share") > 0.01);
}

TEST_CASE("a pushed purge takes the way to each location, and nothing is stale after it") {
    PurgePlan plan;
    const sim::Recording run = play(purging_system(plan));
    CHECK(of_purged(run, "purge_calls") == doctest::Approx(200).epsilon(0.02));
    // It is called in "u", where the first location is, too; two are 50 ms away.
    CHECK(of_purged(run, "purge_time") == doctest::Approx(0.1 / 3).epsilon(0.02));
    // The write is acknowledged 2 ms after the purge was called; the purge arrives 48 ms later at
    // two of three. 10 reads a second of the object there: about one a purge.
    CHECK(of_purged(run, "stale_responses") == doctest::Approx(200 * 2 * 0.048 * 10).epsilon(0.25));
}

TEST_CASE("locations that ask for purges each learn at a time of their own within the interval") {
    PurgePlan plan;
    plan.cdn = R"(, "locations": 3, "purge_interval": "6s")";
    const sim::Recording run = play(purging_system(plan));
    // Between nothing and 6 s, and the way there: 600 of them, uniform.
    CHECK(of_purged(run, "purge_time") == doctest::Approx(3.03).epsilon(0.05));
    CHECK(of_purged(run, "stale_share") > 0.1);
    for (const sim::Measure& each : node(run, "cdn").measures) {
        if (each.name != "purge_time") continue;
        CHECK(each.spread->max() < std::chrono::milliseconds(6110));
        CHECK(each.spread->max() > std::chrono::milliseconds(5000));
    }
}

TEST_CASE("a new version under a new name needs no purge, and none is stale") {
    PurgePlan plan;
    plan.names = "versioned";
    plan.write = R"([{"call": "db"}])";
    const sim::Recording run = play(purging_system(plan));
    CHECK(of_purged(run, "stale_responses") == 0);
    CHECK(of_purged(run, "purge_calls") == 0);
    // One cold miss for each write at each location, the last of them perhaps not any more.
    CHECK(of_purged(run, "origin_fetches") == doctest::Approx(600).epsilon(0.05));
}

TEST_CASE("a purge is made at the shield first, so that nobody fetches the old object from it") {
    PurgePlan plan;
    plan.behind = "shield";
    plan.shield =
        R"("shield": {"kind": "cdn", "calls": "db", "behaviors": {"page": {"ttl": "1h"}}},)";
    const sim::Recording run = play(purging_system(plan));
    // One fetch from the origin a purge, for three locations; stale are those on the way only.
    CHECK(measure(run, "shield", "origin_fetches") == doctest::Approx(200).epsilon(0.05));
    CHECK(of_purged(run, "origin_fetches") == doctest::Approx(600).epsilon(0.05));
    CHECK(of_purged(run, "stale_share") < 0.01);
}

TEST_CASE("a location that is lost is left by its users once heartbeats are missing") {
    PurgePlan plan;
    plan.cdn = R"(, "locations": 3, "health_check": {"interval": "1s", "threshold": 3})";
    plan.more =
        R"(, "failures": [{"kind": "crash", "target": "cdn", "zone": "e", "at": "50s",
        "lasts": "50s"}])";
    const sim::Recording run = play(purging_system(plan));
    CHECK(of_purged(run, "taken_out") == 1);
    // Three to five seconds of 100/s; the others go on.
    const auto failed = static_cast<double>(node(run, "r2").totals.of(sim::Outcome::failed));
    CHECK(failed > 250);
    CHECK(failed < 550);
    CHECK(node(run, "r1").totals.of(sim::Outcome::failed) +
              node(run, "r3").totals.of(sim::Outcome::failed) ==
          0);
    // What it had is fetched again; nothing of what was purged meanwhile comes back.
    CHECK(of_purged(run, "stale_share") < 0.01);
}

TEST_CASE("who is cut off from the purges goes on serving what is old") {
    PurgePlan plan;
    plan.more = R"(, "failures": [{"kind": "partition", "from": ["u"], "to": ["e"], "at": "50s",
        "lasts": "20s"}])";
    const sim::Recording run = play(purging_system(plan));
    // Messages that are sent again by TCP's timer: it knows of them once that is over.
    CHECK(of_purged(run, "stale_responses") > 1000);
    for (const sim::Measure& each : node(run, "cdn").measures) {
        if (each.name == "purge_time") CHECK(each.spread->max() > std::chrono::seconds(15));
    }
}
