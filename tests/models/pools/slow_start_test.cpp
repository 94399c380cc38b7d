// Slow start: weight * max(min_weight_percent, (time / window) ^ (1 / aggression)).
#include <doctest/doctest.h>

#include <cmath>

#include "models/pools/slow_start.h"
#include "tests/support/play.h"
#include "tests/support/pool_bench.h"

using namespace std::chrono_literals;

TEST_CASE("the share of its weight against Envoy's formula") {
    models::SlowStartSpec spec;
    spec.window = 60s;
    for (const double aggression : {0.5, 1.0, 2.0}) {
        spec.aggression = aggression;
        for (const double second : {0.0, 3.0, 6.0, 15.0, 30.0, 59.0, 60.0, 100.0}) {
            const double time = std::min(second / 60, 1.0);
            const double share = std::max(0.1, std::pow(time, 1 / aggression));
            CHECK(models::slow_start_share(spec, sim::from_seconds(second)) ==
                  doctest::Approx(share).epsilon(1e-12));
        }
    }
}

TEST_CASE("a target that is back gets a share that grows in a straight line") {
    // Three of four are up from the start; the first comes back at 60 s, and slow start takes 60 s.
    const auto run = [](const std::string& slow_start) {
        const auto played =
            support::play(R"({"run": {"warm_up": "60s", "measure": "60s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "1000/s", "calls": "front"},
            "front": {"kind": "pool", "of": "app", "balancer": {"kind": "weighted_round_robin"},
                      "health_check": {"interval": "100ms", "unhealthy_threshold": 1,
                                       "healthy_threshold": 1},
                      "slow_start": )" +
                          slow_start + R"(},
            "app": {"kind": "server", "replicas": 4, "cores": 4,
                    "endpoints": {"get": [{"work": "1ms"}]}}},
            "failures": [{"kind": "crash", "target": "app", "instances": 1, "at": "0s",
                          "lasts": "60s"}]})");
        const auto& machines = support::node(played, "front").machines;
        double all = 0;
        for (const auto& machine : machines) all += static_cast<double>(machine.requests);
        return static_cast<double>(machines[0].requests) / all;
    };
    // Without it a quarter. With it the mean of w / (3 + w) for w = max(0.1, t): the integral from
    // 0.1 to 1 of 1 - 3 / (3 + t) is 0.9 - 3 ln(4 / 3.1) = 0.13533, and 0.1 * 0.1 / 3.1 before it.
    CHECK(run("null") == doctest::Approx(0.25).epsilon(0.01));
    CHECK(run(R"({"window": "60s"})") == doctest::Approx(0.1386).epsilon(0.02));
}
