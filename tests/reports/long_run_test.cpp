#include "reports/long_run.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "sim/rng.h"
#include "tests/support/batch.h"

using namespace reports;

namespace {

constexpr double kRate = 500;  // served a second, at 50 % load
constexpr int kSeconds = 40;

// What is recorded of a user whose requests go through an M/M/1, FCFS: 250 a second, in slices and
// log intervals of a second each.
sim::Recording recording_of(std::uint64_t seed, double served = kRate) {
    sim::Recording recording;
    recording.simulated = std::chrono::seconds(kSeconds);
    recording.slice = recording.log_interval = std::chrono::seconds(1);
    sim::NodeRecord& users = recording.nodes.emplace_back();
    users.is_client = true;
    std::vector<sim::Slice> slices(kSeconds);
    sim::Draws draws(sim::request_key(seed, 2));
    double now = -1;  // a second of warm-up
    double work = 0;
    for (;;) {
        const double gap = draws.exponential() / kRate * 2;
        now += gap;
        work = std::max(0.0, work - gap) + draws.exponential() / served;
        const double end = now + work;
        if (end >= kSeconds) break;
        if (now < 0) continue;
        const sim::Duration latency(static_cast<std::int64_t>(work * 1e9));
        const auto slice = static_cast<std::size_t>(end);
        const bool good = draws.uniform() < 0.9;
        ++users.totals.offered;
        ++users.totals.ended[good ? 0 : 1];
        users.latency.succeeded.record(latency);
        users.log.record(slice, support::batch_of({latency}));
        ++slices[slice].arrived;
        ++slices[slice].finished;
        slices[slice].succeeded += good ? 1 : 0;
    }
    users.log.finish();
    users.failed_log.finish();
    users.slices = slices;
    return recording;
}

Summary summary_of(const sim::Recording& recording) {
    Summary summary = summarise({&recording, 1});
    add_batch_intervals(summary, recording);
    return summary;
}

}  // namespace

// The time in system is exponential with rate 250: its mean is 4 ms, its percentile p
// -ln(1 - p / 100) of that. Of 200 intervals of 95 % that are right, 190 hold the truth, give or
// take 3.1; one in twenty less is allowed for, as 10^4 requests are few for batches.
TEST_CASE("intervals of one run hold what M/M/1 says, 95 times of 100") {
    const double mean = 1 / (kRate / 2);
    const std::map<std::string, double> truths = {{"mean", mean},
                                                  {"p50", std::log(2) * mean},
                                                  {"p90", std::log(10) * mean},
                                                  {"p95", std::log(20) * mean},
                                                  {"p99", std::log(100) * mean},
                                                  {"availability", 0.9},
                                                  {"throughput", 225}};
    std::map<std::string, int> held;
    std::map<std::string, int> given;
    constexpr int kSeeds = 200;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Summary summary = summary_of(recording_of(seed));
        for (const auto& [name, truth] : truths) {
            const auto found = summary.intervals.find(name);
            if (found == summary.intervals.end()) continue;
            ++given[name];
            held[name] += found->second.low <= truth && truth <= found->second.high ? 1 : 0;
        }
    }
    for (const auto& each : truths) {
        const std::string& name = each.first;
        CAPTURE(name);
        CHECK(given[name] >= 0.93 * kSeeds);
        CHECK(held[name] >= 0.86 * given[name]);
        CHECK(held[name] <= 0.995 * given[name]);
    }
}

TEST_CASE("a run says what its intervals rest on") {
    const Summary summary = summary_of(recording_of(1));
    REQUIRE(summary.basis);
    CHECK(summary.basis->why_none.empty());
    const std::size_t batches = summary.basis->batches.at("mean");
    CHECK((batches == 10 || batches == 20));
    CHECK(summary.basis->span_s == kSeconds);
}

TEST_CASE("a system that falls behind has no interval") {
    const Summary summary = summary_of(recording_of(1, kRate * 0.48));
    REQUIRE(summary.basis);
    CHECK(summary.intervals.empty());
    CHECK(summary.basis->why_none.starts_with("it drifts"));
}

TEST_CASE("what happened only once leaves a single run without intervals") {
    sim::Recording recording = recording_of(1);
    recording.incidents.push_back({sim::Time(std::chrono::seconds(20)), "web", "crash", ""});
    const Summary summary = summary_of(recording);
    CHECK(summary.intervals.empty());
    CHECK(summary.basis->why_none == "not in steady state: web crash at 20 s");
}

TEST_CASE("an alert that fires takes nothing from the intervals of the system it watches") {
    sim::Recording recording = recording_of(1);
    recording.watched.push_back({"alerts", "Slow"});
    recording.incidents.push_back(
        {sim::Time(std::chrono::seconds(20)), "alert Slow", "firing", ""});
    CHECK(summary_of(recording).intervals.contains("p99"));
}

TEST_CASE("too few requests, or too few beyond a percentile, are said and not guessed from") {
    sim::Recording few;
    few.simulated = std::chrono::seconds(kSeconds);
    few.slice = few.log_interval = std::chrono::seconds(1);
    few.nodes.emplace_back().is_client = true;
    CHECK(summary_of(few).basis->why_none == "only 0 requests ended, and batches need 1,000");
    const Summary summary = summary_of(recording_of(1));
    CHECK(summary.latency.count() < 10'000 + 500);
    if (summary.latency.count() < 10'000) {
        CHECK(summary.basis->why_not.contains("p99_9"));
        CHECK_FALSE(summary.intervals.contains("p99_9"));
    }
}

// Ninety in a hundred are 1 ms, the rest time out at 30 s: the percentiles are on the steps, and
// the 90th is on the edge between them.
TEST_CASE("a percentile on a step of many equal latencies is as uncertain as the step is") {
    sim::Recording recording;
    recording.simulated = std::chrono::seconds(kSeconds);
    recording.slice = recording.log_interval = std::chrono::seconds(1);
    sim::NodeRecord& users = recording.nodes.emplace_back();
    users.is_client = true;
    sim::Draws draws(sim::request_key(4, 2));
    for (std::size_t second = 0; second < kSeconds; ++second) {
        for (int i = 0; i < 200; ++i) {
            const bool good = draws.uniform() < 0.9;
            const sim::Duration latency =
                good ? std::chrono::milliseconds(1) : sim::Duration(std::chrono::seconds(30));
            ++users.totals.offered;
            ++users.totals.ended[0];
            users.latency.succeeded.record(latency);
            users.log.record(second, support::batch_of({latency}));
        }
    }
    users.log.finish();
    users.failed_log.finish();
    const Summary summary = summary_of(recording);
    CHECK(summary.intervals.at("p50").high == doctest::Approx(0.001).epsilon(0.001));
    CHECK(summary.intervals.at("p99").low == doctest::Approx(30).epsilon(0.001));
    CHECK(summary.intervals.at("p90").low == doctest::Approx(0.001).epsilon(0.001));
    CHECK(summary.intervals.at("p90").high == doctest::Approx(30).epsilon(0.001));
}
