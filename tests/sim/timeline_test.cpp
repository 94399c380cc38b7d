#include "sim/timeline.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;
using sim::Time;
using sim::Timeline;

TEST_CASE("a slice's value is the mean over its time, not over its changes") {
    Timeline timeline(1s);
    timeline.set(Time(0s), 4);
    timeline.set(Time(250ms), 0);
    timeline.set(Time(500ms), 8);
    CHECK(timeline.finish(Time(1s)) == sim::SeriesValues{4 * 0.25 + 8 * 0.5});
}

TEST_CASE("a value holds over slices in which nothing changes") {
    Timeline timeline(1s);
    timeline.set(Time(1500ms), 2);
    CHECK(timeline.finish(Time(4s)) == sim::SeriesValues{0, 1, 2, 2});
}

TEST_CASE("the last slice counts as far as the run goes") {
    Timeline timeline(10s);
    timeline.add(Time(0s), 3);
    timeline.add(Time(12s), -1);
    CHECK(timeline.finish(Time(14s)) == sim::SeriesValues{3, (2 * 3 + 2 * 2) / 4.0});
}

TEST_CASE("any sequence of steps keeps its integral") {
    Timeline timeline(300ms);
    double area = 0;
    double value = 0;
    Time now{};
    std::uint64_t state = 1;
    for (int step = 0; step < 10000; ++step) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        const sim::Duration pause(state >> 34);  // up to about 1.07 s, many less than a slice
        area += sim::seconds(pause) * value;
        now += pause;
        value = static_cast<double>(state >> 60);
        timeline.set(now, value);
    }
    const auto means = timeline.finish(now);
    double sum = 0;
    for (std::size_t i = 0; i + 1 < means.size(); ++i) sum += means[i] * 0.3;
    sum += means[means.size() - 1] *
           sim::seconds(now.time_since_epoch() -
                        static_cast<std::int64_t>(means.size() - 1) * sim::Duration(300ms));
    CHECK(sum == doctest::Approx(area).epsilon(1e-9));  // 10^4 additions of rounded doubles
}
