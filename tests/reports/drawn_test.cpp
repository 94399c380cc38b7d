#include "reports/drawn.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "models/causes.h"
#include "reports/heat_map.h"
#include "sim/recorder.h"

using namespace reports;
using namespace std::chrono_literals;

namespace {

// A client whose every request takes `latency`, one each millisecond, for a minute.
sim::Recording steady(sim::Duration latency) {
    sim::Scheduler scheduler;
    sim::Recorder recorder(scheduler, 1s);
    sim::Meter& client = recorder.add_node("users", "open_loop");
    client.record().is_client = true;
    sim::Meter& web = recorder.add_node("web", "server");
    const std::size_t to_web = client.calls("web");
    recorder.begin_measuring();
    for (sim::Duration now = 0s; now < 60s; now += 1ms) {
        const sim::Time start{now};
        scheduler.run_until(sim::Time(now));
        client.arrived(start);
        client.sent(to_web);
        web.arrived(start);
        if (now < latency) continue;
        const sim::Time began{now - latency};
        const bool timed_out = now % 10ms == 0ms;
        client.left(began, timed_out ? sim::Outcome::timed_out : sim::Outcome::succeeded,
                    timed_out ? models::cause::timeout : sim::Cause::none);
        web.left(began, sim::Outcome::succeeded, sim::Cause::none);
    }
    scheduler.run_until(sim::Time(60s));
    return recorder.finish({1, 0});
}

Drawn drawn(const sim::Recording& recording, const std::vector<Link>& links = {}) {
    return drawn_of(recording, summarise({&recording, 1}), links);
}

double sum_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0);
}

}  // namespace

TEST_CASE("rates over time add up to what the totals count") {
    const sim::Recording recording = steady(20ms);
    const Drawn all = drawn(recording);
    const Summary summary = summarise({&recording, 1});
    REQUIRE(all.intervals == 60);
    CHECK(sum_of(all.users.offered) == doctest::Approx(summary.totals.offered));
    CHECK(sum_of(all.users.succeeded) == doctest::Approx(summary.totals.ended[0]));
    CHECK(sum_of(all.users.failed) == doctest::Approx(0));
    CHECK(sum_of(all.users.timed_out) == doctest::Approx(summary.totals.ended[3]));
}

TEST_CASE("percentiles over time are those of the latencies, within a bucket of 1/32") {
    const Drawn all = drawn(steady(20ms));
    for (const double p50 : all.users.p50.succeeded)
        CHECK(p50 == doctest::Approx(0.020).epsilon(1.0 / 32));
    // One in ten is given up, and failures rank after successes.
    for (const double p99 : all.users.p99.succeeded) CHECK(std::isnan(p99));
    for (const double after : all.users.p99.failed_after) {
        CHECK(after == doctest::Approx(0.020).epsilon(1.0 / 32));
    }
    for (const double max : all.users.max) CHECK(max == doctest::Approx(0.020));
}

TEST_CASE("a heat map holds every request that ended once") {
    const sim::Recording recording = steady(20ms);
    std::uint64_t count = 0;
    for (const HeatMap::Cell& cell : heat_map_of(recording).cells) count += cell.count;
    CHECK(count == recording.nodes[0].totals.finished());
}

TEST_CASE("the curve's percentiles are run.json's, and it ends where requests failed") {
    const sim::Recording recording = steady(20ms);
    const Summary summary = summarise({&recording, 1});
    const Curve curve = drawn(recording).curves.front();
    std::size_t asked = 0;
    for (const CurvePoint& point : curve.points) {
        const sim::RankedLatency ranked = summary.latency.percentile(point.percent);
        CHECK(point.latency == ranked.time);
        CHECK_FALSE(ranked.failed);
        CHECK(point.percent <= 90);
        CHECK(static_cast<double>(curve.count) * (100 - point.percent) >= 100);
        asked += point.percent == 50 || point.percent == 75 || point.percent == 95;
    }
    CHECK(asked == 2);
}

TEST_CASE("an edge has the rate its caller counted; else what its callee got from nobody else") {
    const sim::Recording recording = steady(20ms);
    const auto edges = drawn(recording, {{"users", "web"}, {"other", "web"}}).edges;
    REQUIRE(edges.size() == 2);
    CHECK(edges[0].rate == doctest::Approx(1000));
    CHECK(edges[1].rate == doctest::Approx(0));
    // Two callers that did not count: nobody knows which of them it was.
    const auto unknown = drawn(recording, {{"one", "web"}, {"other", "web"}}).edges;
    CHECK(std::isnan(unknown[0].rate));
}

TEST_CASE("a run that saw nobody is drawn as nothing") {
    sim::Scheduler scheduler;
    sim::Recorder recorder(scheduler, 1s);
    recorder.add_node("users", "open_loop").record().is_client = true;
    recorder.begin_measuring();
    scheduler.run_until(sim::Time(5s));
    const Drawn all = drawn(recorder.finish({1, 0}));
    CHECK(all.intervals == 5);
    CHECK(sum_of(all.users.offered) == 0);
    CHECK(std::isnan(all.users.p50.succeeded.front()));
    CHECK(all.heat.cells.empty());
}
