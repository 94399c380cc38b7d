#include "sim/open_latencies.h"

#include <doctest/doctest.h>

#include <vector>

#include "sim/distribution.h"

using sim::Duration;
using sim::Histogram;
using namespace std::chrono_literals;

namespace {

// Many of them at a bound of a step, or beside it.
std::vector<Duration> latencies(std::uint64_t seed, std::size_t count) {
    sim::Draws draws(seed);
    std::vector<Duration> all;
    while (all.size() < count) {
        const std::int64_t bound = sim::kLatencyBoundsUs[draws.below(16)] * 1000;
        const auto off = static_cast<std::int64_t>(draws.below(5)) - 2;
        all.push_back(Duration(bound + off));
        all.push_back(Duration(static_cast<std::int64_t>(draws.below(3'000'000))));
    }
    return all;
}

}  // namespace

TEST_CASE("what is folded is what was recorded: by bucket, by step, and exact at both ends") {
    sim::OpenLatencies open;
    Histogram folded;
    Histogram expected;
    Histogram::Batch batch;
    for (const std::size_t count : {1, 10, 63, 64, 65, 5000, 3, 40'000, 1}) {
        sim::StepCounts steps{};
        sim::StepCounts expected_steps{};
        for (const Duration each : latencies(count, count)) {
            open.record(each);
            expected.record(each);
            ++expected_steps[sim::latency_step_of(each)];
        }
        CHECK_FALSE(open.empty());
        open.fold(batch, steps);
        CHECK(open.empty());
        CHECK(steps == expected_steps);
        CHECK(std::ranges::is_sorted(batch.counts, {}, &Histogram::Count::bucket));
        folded.record(batch);
        CHECK(folded == expected);
    }
    for (const double percent : {0.0, 50.0, 99.0, 99.99, 100.0}) {
        CHECK(folded.percentile(percent) == expected.percentile(percent));
    }
}

TEST_CASE("folding looks at the buckets in use only") {
    sim::OpenLatencies open;
    for (int i = 0; i < 100; ++i) open.record(i % 2 == 0 ? 1ns : Duration(24h));
    Histogram::Batch batch;
    sim::StepCounts steps{};
    open.fold(batch, steps);
    CHECK(batch.counts.size() == 2);
    CHECK(batch.count == 100);
    open.record(5ms);
    steps = {};
    open.fold(batch, steps);
    CHECK(batch.counts.size() == 1);
    CHECK(batch.min == 5'000'000);
    open.shrink();
    CHECK(open.empty());
}
