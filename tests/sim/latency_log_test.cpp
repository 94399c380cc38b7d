#include "sim/latency_log.h"

#include <doctest/doctest.h>

#include "tests/support/batch.h"

using namespace std::chrono_literals;
using sim::Duration;

TEST_CASE("the intervals of a log add up to the histogram of all that was recorded") {
    sim::LatencyLog log;
    sim::Histogram all;
    const auto record = [&](std::size_t interval, Duration latency) {
        log.record(interval, support::batch_of({latency}));
        all.record(latency);
    };
    record(0, 1ms);
    record(0, 1500us);
    record(3, 2s);  // nothing in two of them
    record(3, 5ns);
    record(4, 1ms);
    log.finish();

    REQUIRE(log.intervals() == 5);
    sim::Histogram sum;
    for (std::size_t interval = 0; interval < log.intervals(); ++interval) {
        log.add_to(sum, interval);
    }
    CHECK(sum.count() == all.count());
    CHECK(sum.max() == all.max());
    // A value comes back as another of its bucket, which no percentile can tell.
    for (const double percent : {10.0, 50.0, 90.0, 99.0, 100.0}) {
        CHECK(
            sim::Histogram::bucket_of(
                static_cast<std::uint64_t>(sum.percentile(percent).count())) ==
            sim::Histogram::bucket_of(static_cast<std::uint64_t>(all.percentile(percent).count())));
    }
}

TEST_CASE("an interval holds what was recorded in it, and the largest of it exactly") {
    sim::LatencyLog log;
    log.record(1, support::batch_of({123'456'789ns}));
    log.record(1, support::batch_of({1ms}));
    log.record(2, support::batch_of({7ms}));
    log.finish();
    sim::Histogram none;
    log.add_to(none, 0);
    log.add_to(none, 99);
    CHECK(none.empty());
    sim::Histogram first;
    log.add_to(first, 1);
    CHECK(first.count() == 2);
    CHECK(first.max() == 123'456'789ns);
}
