// Who takes requests: reasons add up, backups stand in, and too few healthy ones are a panic.
#include <doctest/doctest.h>

#include "tests/support/play.h"
#include "tests/support/pool_bench.h"

using models::Reason;
using support::PoolBench;

TEST_CASE("a target takes requests when the last reason against it is gone") {
    PoolBench bench(3);
    bench.targets.exclude(1, Reason::unhealthy);
    bench.targets.exclude(1, Reason::ejected);
    CHECK(bench.serving() == "0 2");
    bench.targets.include(1, Reason::unhealthy);
    CHECK(bench.serving() == "0 2");
    bench.targets.include(1, Reason::ejected);
    CHECK(bench.serving() == "0 1 2");
    CHECK(bench.targets.exclusions() == 1);
    CHECK(bench.targets.returns() == 1);
}

TEST_CASE("backups take requests when no primary can, and only then") {
    PoolBench bench(4, 0, 1);
    CHECK(bench.serving() == "0 1 2");
    bench.targets.exclude(0, Reason::failing);
    bench.targets.exclude(1, Reason::unhealthy);
    CHECK(bench.serving() == "2");
    bench.targets.exclude(2, Reason::ejected);
    CHECK(bench.serving() == "3");
    bench.targets.exclude(3, Reason::unhealthy);
    CHECK(bench.serving().empty());
    bench.targets.include(0, Reason::failing);
    CHECK(bench.serving() == "0");
}

TEST_CASE("a full target is passed over, but its health is not in doubt") {
    PoolBench bench(2, 0, 1);
    bench.targets.exclude(0, Reason::full);
    CHECK(bench.serving().empty());
    CHECK(bench.targets.serving() == 1);
    CHECK(bench.targets.exclusions() == 0);
}

TEST_CASE("panic: strictly below the threshold all primaries are used, whatever their health") {
    for (const std::size_t healthy : {0u, 1u, 2u, 3u, 4u, 5u, 6u}) {
        PoolBench bench(6, 0.5);
        for (models::BackendId id = 0; id < 6 - healthy; ++id) {
            bench.targets.exclude(id, Reason::unhealthy);
        }
        const bool panic = healthy < 3;
        CHECK(bench.targets.serving() == (panic ? 6 : healthy));
        CHECK(bench.targets.panics() == (panic ? 1 : 0));
    }
}

TEST_CASE("a threshold below one target's share fails open when none is healthy") {
    PoolBench bench(4, 0.01);
    for (models::BackendId id = 0; id < 3; ++id) bench.targets.exclude(id, Reason::unhealthy);
    CHECK(bench.serving() == "3");
    bench.targets.exclude(3, Reason::unhealthy);
    CHECK(bench.serving() == "0 1 2 3");
}

TEST_CASE("who is taken away keeps its own for the draining time") {
    PoolBench bench(2);
    bench.play_until(std::chrono::seconds(10));
    bench.targets.exclude(0, Reason::leaving);
    CHECK(bench.serving() == "1");
    CHECK(bench.targets.stays(0));
    bench.play_until(std::chrono::seconds(310));
    CHECK(bench.targets.stays(0));
    bench.play_until(std::chrono::seconds(311));
    CHECK(!bench.targets.stays(0));
}

TEST_CASE("a member without an instance refuses its share, and a check says so") {
    const std::string text = R"({"run": {"measure": "30s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "300/s", "calls": "front", "requests": 6000},
        "front": {"kind": "pool", "of": "app", "members": ["app1", "app2", "app3"]},
        "app": {"kind": "server", "replicas": 2, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}}})";
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    REQUIRE(loaded.scenario.has_value());
    std::string warnings;
    for (const std::string& each : loaded.warnings) warnings += each;
    CHECK(warnings.find("\"app3\" has no instances") != std::string::npos);
    const auto run = support::play(text);
    const sim::NodeRecord& front = support::node(run, "front");
    CHECK(front.totals.of(sim::Outcome::failed) == 2000);
    REQUIRE(front.machines.size() == 3);
    CHECK(front.machines[2].name == "app3");
    CHECK(front.machines[2].requests == 2000);
}

TEST_CASE("more balancers and targets than a run can hold are refused") {
    const std::string text = R"({"nodes": {
        "clients": {"kind": "open_loop", "rate": "1/s", "calls": "front"},
        "front": {"kind": "pool", "of": "app", "replicas": 1000},
        "app": {"kind": "server", "replicas": 100000, "endpoints": {"get": [{"work": "1ms"}]}}}})";
    const models::Loaded loaded = models::load({"test.json", {}, {}, text});
    CHECK(!loaded.scenario);
    CHECK(loaded.problems.render().find("more than a run can hold") != std::string::npos);
}
