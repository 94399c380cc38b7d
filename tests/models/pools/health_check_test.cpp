// Active checks against their closed form: out after threshold * interval, back after threshold
// more.
#include <doctest/doctest.h>

#include "models/pools/health_check.h"
#include "tests/support/play.h"
#include "tests/support/pool_bench.h"

using namespace std::chrono_literals;
using models::Reason;
using support::PoolBench;

namespace {

models::HealthCheckSpec check_of(sim::Duration interval, std::uint32_t fall, std::uint32_t rise) {
    models::HealthCheckSpec spec;
    spec.interval = interval;
    spec.unhealthy_threshold = fall;
    spec.healthy_threshold = rise;
    return spec;
}

// When the target's state turns, to a millisecond.
sim::Duration turns_at(PoolBench& bench, models::BackendId id, sim::Duration from) {
    const bool before = bench.targets.healthy(id);
    for (sim::Duration time = from;; time += 1ms) {
        REQUIRE(time < from + 10min);
        bench.play_until(time);
        if (bench.targets.healthy(id) != before) return time;
    }
}

}  // namespace

TEST_CASE("a dead target is out at its n-th probe, and back at its m-th") {
    for (const std::uint32_t fall : {1u, 2u, 3u, 5u}) {
        for (const std::uint32_t rise : {1u, 2u, 4u}) {
            PoolBench bench(4);
            models::HealthCheck check(check_of(5s, fall, rise), bench.context, bench.targets);
            check.start(0);
            bench.play_until(20s + 1ms);  // the probes of target 0 are at 0, 5, 10, ... seconds
            bench.instances[0].take_down();
            CHECK(turns_at(bench, 0, 20s) == 25s + (fall - 1) * 5s);
            CHECK(bench.serving() == "1 2 3");
            bench.instances[0].bring_up();
            const sim::Duration out = 25s + (fall - 1) * 5s;
            CHECK(turns_at(bench, 0, out) == out + rise * 5s);
            CHECK(bench.serving() == "0 1 2 3");
        }
    }
}

TEST_CASE("one success in between and the count begins anew") {
    PoolBench bench(1);
    models::HealthCheck check(check_of(1s, 2, 1), bench.context, bench.targets);
    check.start(0);
    for (int second = 0; second < 20; ++second) {
        bench.instances[0].up = second % 2 == 0;
        bench.play_until(second * 1s + 500ms);
        CHECK(bench.targets.healthy(0));
    }
}

TEST_CASE("first probes are spread over the interval") {
    PoolBench bench(4);
    models::HealthCheck check(check_of(4s, 1, 1), bench.context, bench.targets);
    for (auto& instance : bench.instances) instance.take_down();
    check.start(0);
    for (models::BackendId out = 0; out < 4; ++out) {
        bench.play_until(out * 1s + 1ms);
        CHECK(bench.targets.serving() == 3 - out);
    }
}

TEST_CASE("other intervals while the state is in doubt, and while it is out") {
    PoolBench bench(1);
    models::HealthCheckSpec spec = check_of(10s, 3, 2);
    spec.transition_interval = 1s;
    spec.down_interval = 30s;
    models::HealthCheck check(spec, bench.context, bench.targets);
    check.start(0);
    bench.play_until(1s);
    bench.instances[0].take_down();
    CHECK(turns_at(bench, 0, 1s) == 12s);  // probes at 10, 11 and 12
    bench.instances[0].bring_up();
    CHECK(turns_at(bench, 0, 12s) == 43s);  // at 42 and 43
}

TEST_CASE("who joins takes requests after one good probe") {
    PoolBench bench(1);
    models::HealthCheck check(check_of(5s, 3, 3), bench.context, bench.targets);
    check.start(0);
    bench.play_until(2s);
    const models::BackendId id = bench.add();
    bench.instances.back().take_down();
    check.watch_new(id);
    CHECK(bench.serving() == "0");
    bench.instances.back().bring_up();
    CHECK(turns_at(bench, id, 2s) == 7s);
}

TEST_CASE("a probe that only connects does not notice a target that hangs; a request does") {
    const auto play = [](const std::string& check) {
        return support::play(R"({"run": {"measure": "40s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "100/s", "calls": "front.get"},
            "front": {"kind": "pool", "of": "app", "health_check": )" +
                             check + R"(},
            "app": {"kind": "server", "replicas": 2, "threads": 5000,
                    "endpoints": {"get": [{"work": "1ms"}], "health": [{"work": "0.1ms"}]}}},
            "failures": [{"kind": "slow", "target": "app", "instances": 1, "at": "10s",
                          "lasts": "1h", "factor": 1000000}]})");
    };
    const auto connects = play(R"({"interval": "1s", "timeout": "0.5s"})");
    const auto requests = play(R"({"interval": "1s", "timeout": "0.5s", "request": "app.health"})");
    // Every second request of the last 30 s hangs; with the probe those of three intervals and
    // time-outs, 4.5 s at most.
    CHECK(support::node(connects, "front").totals.in_flight > 1400);
    CHECK(support::node(requests, "front").totals.in_flight < 300);
}
