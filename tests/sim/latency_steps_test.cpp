#include "sim/latency_steps.h"

#include <doctest/doctest.h>

using sim::Duration;

TEST_CASE("a latency is in the first step whose bound it does not exceed") {
    for (std::size_t step = 0; step < sim::kLatencyBoundsUs.size(); ++step) {
        const Duration bound(sim::kLatencyBoundsUs[step] * 1000);
        CHECK(sim::latency_step_of(bound) == step);
        CHECK(sim::latency_step_of(bound - Duration(1)) == step);
        CHECK(sim::latency_step_of(bound + Duration(1)) == step + 1);
    }
    CHECK(sim::latency_step_of(Duration(0)) == 0);
    CHECK(sim::latency_step_of(Duration::max()) == sim::kLatencySteps - 1);
}

TEST_CASE("a bound is at least twice the one before, which finding the step relies on") {
    for (std::size_t step = 1; step < sim::kLatencyBoundsUs.size(); ++step) {
        CHECK(sim::kLatencyBoundsUs[step] >= 2 * sim::kLatencyBoundsUs[step - 1]);
    }
}
