#include "sim/latencies.h"

#include <doctest/doctest.h>

using namespace std::chrono_literals;
using sim::Latencies;
using sim::RankedLatency;

TEST_CASE("a failure is slower than any success, however soon it came") {
    Latencies latency;
    latency.succeeded.record_n(10ms, 90);
    latency.failed.record_n(1ms, 10);
    CHECK(latency.percentile(50) == RankedLatency{10ms, false});
    CHECK(latency.percentile(90) == RankedLatency{10ms, false});
    CHECK(latency.percentile(91) == RankedLatency{1ms, true});
    CHECK(latency.percentile(0) == RankedLatency{10ms, false});
    CHECK(latency.max() == RankedLatency{1ms, true});
}

TEST_CASE("failures rank among themselves by how long they took") {
    Latencies latency;
    latency.succeeded.record(10ms);
    latency.failed.record(1ms);
    latency.failed.record_n(1s, 2);
    // (To three digits.)
    CHECK(latency.percentile(50).failed);
    CHECK(sim::seconds(latency.percentile(50).time) == doctest::Approx(0.001).epsilon(0.001));
    CHECK(sim::seconds(latency.percentile(100).time) == doctest::Approx(1).epsilon(0.001));
}

TEST_CASE("where all failed every percentile did, and where nobody asked there is none") {
    Latencies latency;
    CHECK(latency.empty());
    CHECK(latency.percentile(50) == RankedLatency{});
    latency.failed.record(2ms);
    CHECK(latency.percentile(0).failed);
    CHECK(latency.percentile(99).failed);
}

TEST_CASE("without failures it is the histogram of the successes, merged or not") {
    Latencies one;
    Latencies other;
    for (int i = 1; i <= 500; ++i) one.succeeded.record(i * 1ms);
    for (int i = 501; i <= 1000; ++i) other.succeeded.record(i * 1ms);
    one.merge(other);
    for (const double percent : {0.0, 1.0, 50.0, 99.0, 99.9, 100.0}) {
        CHECK(one.percentile(percent) == RankedLatency{one.succeeded.percentile(percent), false});
    }
}
