#include "sim/latency_slices.h"

#include <doctest/doctest.h>

#include <chrono>
#include <utility>

#include "tests/support/batch.h"

using namespace std::chrono_literals;
using sim::Duration;
using sim::LatencySlices;

namespace {

std::uint64_t count_in(const LatencySlices& slices, std::size_t slice) {
    std::uint64_t count = 0;
    slices.for_each_bucket(slice, slice + 1, [&](std::uint16_t, std::uint32_t n) { count += n; });
    return count;
}

}  // namespace

TEST_CASE("every latency is found in the slice that it was recorded in, and nowhere else") {
    LatencySlices slices;
    slices.record(0, support::batch_of({1ms, 1ms, 1ms, 1ms, 1ms}).counts);
    slices.record(3, support::batch_of({1ms}).counts);
    slices.record(3, support::batch_of({1ms, 30s}).counts);
    CHECK(count_in(slices, 0) == 5);
    CHECK(count_in(slices, 1) == 0);
    CHECK(count_in(slices, 2) == 0);
    CHECK(count_in(slices, 3) == 3);
    CHECK(count_in(slices, 4) == 0);
}

TEST_CASE("a bucket holds its latencies and is at most 1/32 wide") {
    for (std::int64_t value = 1; value < Duration(24h).count(); value = value * 17 / 16 + 1) {
        const std::uint16_t bucket = LatencySlices::bucket_of(static_cast<std::uint64_t>(value));
        REQUIRE(bucket < LatencySlices::kBuckets);
        const auto lowest = LatencySlices::lowest_in(bucket).count();
        const auto highest = LatencySlices::highest_in(bucket).count();
        REQUIRE(lowest <= value);
        REQUIRE(value <= highest);
        REQUIRE((highest - lowest) * 32 <= value);
    }
}

TEST_CASE("buckets follow one another without a gap") {
    for (std::uint16_t bucket = 0; bucket < LatencySlices::kBuckets - 33; ++bucket) {
        const auto next = static_cast<std::uint16_t>(bucket + 1);
        REQUIRE(LatencySlices::highest_in(bucket) + Duration(1) == LatencySlices::lowest_in(next));
    }
}

TEST_CASE("what was never recorded into holds nothing") {
    const LatencySlices slices;
    CHECK(count_in(slices, 0) == 0);
}
