// Looking on while a run is under way: glances see what the recording will say, and change nothing.
#include <doctest/doctest.h>

#include <vector>

#include "sim/live_summary.h"
#include "sim/recorder.h"
#include "tests/support/play.h"

namespace {

// Half of 10 cores, a tenth of 100 connections at most, and a database that is out of reach for a
// while.
models::Scenario small_shop() {
    return support::scenario_from(R"({"run": {"warm_up": "3s", "measure": "90s"}, "nodes": {
        "shoppers": {"kind": "open_loop", "rate": "1000/s", "calls": "web"},
        "web": {"kind": "server", "cores": 10, "threads": 100, "endpoints": {
            "buy": [{"work": {"kind": "exponential", "mean": "5ms"}}, {"call": "db"}]}},
        "db": {"kind": "database", "cores": 10, "service_time": "1ms"}},
        "failures": [{"kind": "crash", "target": "db", "at": "30s", "lasts": "10s"}]})");
}

// Everything that is seen when it looks at every opportunity, each slice once.
class Looker final : public models::Onlooker {
public:
    void at(sim::Time, sim::Time, std::uint64_t) override {}
    void look(const sim::Recorder& recorder) override {
        const std::size_t first = seen.empty() ? 0 : seen.back().end;
        seen.push_back(recorder.live_summary(first));
        whole = recorder.live_summary(0);
    }
    std::vector<sim::LiveSummary> seen;
    sim::LiveSummary whole;
};

// The order statistic, from the slices of the finished recording: successes first, then failures.
sim::RankedLatency percentile(const sim::NodeRecord& users, std::size_t slices, double share) {
    std::vector<std::uint64_t> buckets(2 * sim::LatencySlices::kBuckets);
    std::uint64_t all = 0;
    const auto count = [&](const sim::LatencySlices& latencies, std::size_t from) {
        latencies.for_each_bucket(0, slices, [&](std::uint16_t bucket, std::uint32_t times) {
            buckets[from + bucket] += times;
            all += times;
        });
    };
    count(users.latencies, 0);
    count(users.failed_after, sim::LatencySlices::kBuckets);
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        sum += buckets[i];
        if (static_cast<double>(sum) < share * static_cast<double>(all)) continue;
        const std::size_t bucket = i % sim::LatencySlices::kBuckets;
        return {sim::LatencySlices::highest_in(static_cast<std::uint16_t>(bucket)), i != bucket};
    }
    return {};
}

}  // namespace

TEST_CASE("who looks on sees what the recording says in the end, and changes nothing of it") {
    const models::Scenario scenario = small_shop();
    const sim::Recording alone = models::simulate(scenario, {1, 0});
    Looker looker;
    const sim::Recording seen = models::simulate(scenario, {1, 0}, &looker);
    CHECK(seen.fingerprint == alone.fingerprint);
    CHECK(seen.nodes.front().slices == alone.nodes.front().slices);
    REQUIRE(looker.seen.size() >= 3);
    const sim::NodeRecord& users = seen.nodes.front();
    const std::size_t end = looker.seen.back().end;
    REQUIRE(end > 30);
    sim::LiveSummary sum;
    for (const sim::LiveSummary& each : looker.seen) {
        sum.covered += each.covered;
        sum.arrived += each.arrived;
        sum.finished += each.finished;
        sum.succeeded += each.succeeded;
    }
    std::uint64_t arrived = 0;
    std::uint64_t finished = 0;
    std::uint64_t succeeded = 0;
    for (std::size_t i = 0; i < end; ++i) {
        arrived += users.slices[i].arrived;
        finished += users.slices[i].finished;
        succeeded += users.slices[i].succeeded;
    }
    CHECK(sum.arrived == arrived);
    CHECK(sum.finished == finished);
    CHECK(sum.succeeded == succeeded);
    CHECK(succeeded < finished);
    CHECK(sum.covered == seen.slice * static_cast<std::int64_t>(end));
    CHECK(looker.whole.arrived == arrived);
    CHECK(looker.whole.p50 == percentile(users, end, 0.5));
    CHECK(looker.whole.p99 == percentile(users, end, 0.99));
}

TEST_CASE("a summary before the first slice is over says nothing yet") {
    Looker looker;
    (void)models::simulate(support::scenario_from(R"({"run": {"measure": "2s", "slice": "2s"},
        "nodes": {"users": {"kind": "open_loop", "rate": "50000/s", "calls": "web"},
                  "web": {"kind": "server", "endpoints": {"get": [{"wait": "1ms"}]}}}})"),
                           {1, 0}, &looker);
    REQUIRE(!looker.seen.empty());
    CHECK(looker.whole.covered == sim::Duration::zero());
    CHECK(looker.whole.finished == 0);
}
