// What becomes of requests: failures rank after successes, what is served obeys Little's law, and
// no figure leaves its range.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "reports/summary.h"
#include "tests/support/play.h"

namespace {

std::vector<std::string> all_scenarios() {
    std::vector<std::string> files;
    const std::string folder = std::string(SPATE_SOURCE_DIR) + "/scenarios";
    for (const auto& each : std::filesystem::recursive_directory_iterator(folder)) {
        const std::filesystem::path& path = each.path();
        const bool is_lab = path.parent_path().filename() == "labs";
        if (path.extension() == ".json" && !is_lab) files.push_back(path.string());
    }
    std::ranges::sort(files);
    return files;
}

// As its unit says; NaN is nothing to say.
bool is_in_range(double value, sim::Unit unit) {
    constexpr double kRounding = 1e-9;
    if (std::isnan(value)) return true;
    if (unit == sim::Unit::share) return value >= -kRounding && value <= 1 + kRounding;
    return value >= 0;
}

void check_ranges(const sim::Recording& run) {
    for (const sim::NodeRecord& node : run.nodes) {
        CHECK_MESSAGE(node.totals.is_conserved(), node.name);
        for (const sim::Measure& each : node.measures) {
            if (each.figure == nullptr) continue;
            CHECK_MESSAGE(is_in_range(each.value, each.figure->unit), node.name, " ", each.name,
                          " ", each.value);
        }
        for (const auto& share : {node.utilisation, node.connections_in_use}) {
            if (share) CHECK_MESSAGE(is_in_range(*share, sim::Unit::share), node.name, " ", *share);
        }
    }
}

}  // namespace

// L = lambda W, of what was served in the measured time. What is left is what those 400 who are
// there when it begins have waited, less what those who are there when it ends have: each some 200
// request-seconds, which differ by a few tens as the four lines wander, of 4,000 in ten seconds.
TEST_CASE("Little's law holds of a saturated closed system, from the first second on") {
    struct Case {
        const char* measure;
        double tolerance;
    };
    for (const Case& each : {Case{"10s", 0.04}, Case{"100s", 0.005}}) {
        const models::Loaded loaded =
            models::load({std::string(SPATE_SOURCE_DIR) + "/tests/laws/little.json",
                          {},
                          {std::string("run.measure=") + each.measure},
                          {}});
        REQUIRE(loaded.scenario);
        for (const std::uint64_t seed : {1, 2, 3}) {
            const sim::Recording run = models::simulate(*loaded.scenario, {seed, 0});
            const reports::Summary summary = reports::summarise({&run, 1});
            const double rate = static_cast<double>(summary.totals.served()) / summary.measured_s();
            const double time = reports::mean_time_in_system(summary.totals, summary.latency);
            CHECK(summary.in_flight_mean == doctest::Approx(400).epsilon(1e-9));
            CHECK(rate * time == doctest::Approx(summary.in_flight_mean).epsilon(each.tolerance));
            // Four cores that are never idle and take 5 ms: 800 a second, +- 3.7 standard errors.
            CHECK(summary.throughput_rps == doctest::Approx(rate));
            CHECK(rate ==
                  doctest::Approx(800).epsilon(3.7 / std::sqrt(800 * summary.measured_s())));
            // Of those that began in it, as many ended less as were under way when it ended.
            CHECK(summary.totals.served() - summary.totals.finished() == 400);
        }
    }
}

TEST_CASE("a system that refuses most requests at once meets no limit of latency by that") {
    const sim::Recording run = support::play(R"({"run": {"measure": "20s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "1000/s", "calls": "a"},
        "a": {"kind": "server", "threads": 1, "accept_queue": 1, "cores": 1,
              "endpoints": {"get": [{"work": "10ms"}]}}}})");
    const sim::Latencies& latency = support::node(run, "users").latency;
    CHECK(support::node(run, "users").totals.availability() < 0.15);
    CHECK(latency.percentile(50).failed);
    CHECK_FALSE(latency.percentile(5).failed);
    CHECK(latency.percentile(5).time >= std::chrono::milliseconds(10));
}

TEST_CASE("figures stay within their range in all scenarios, cut to a few seconds") {
    std::size_t played = 0;
    for (const std::string& file : all_scenarios()) {
        CAPTURE(file);
        const models::Loaded loaded =
            models::load({file, {}, {"run.warm_up=1s", "run.measure=2s"}, {}});
        if (!loaded.scenario) continue;  // an overlay, or something in it happens later
        check_ranges(models::simulate(*loaded.scenario, {1, 0}));
        ++played;
    }
    CHECK(played > 100);
}

TEST_CASE("pages that were asked for in the warm-up are no misses of the measured time") {
    const sim::Recording run = support::play(R"({
        "run": {"warm_up": "1s", "measure": "3s"}, "nodes": {
        "c": {"kind": "loops", "concurrency": 50, "calls": "db"},
        "db": {"kind": "database", "cores": 64, "service_time": "0.1ms", "storage": {"pages": 4,
               "hit_ratio": "0%", "read_latency": "0.5ms", "queue_depth": 32, "iops": "3000/s"}}}})");
    CHECK(support::measure(run, "db", "buffer_hit_ratio") == 0);
}

// The second begins after the end, so what is said is of the first: from its own start.
TEST_CASE("a rollout's time is from its own start to its own end") {
    const sim::Recording run = support::play(R"({"run": {"measure": "300s"}, "nodes": {
        "c": {"kind": "open_loop", "rate": "5/s", "calls": "shop.get"},
        "shop": {"kind": "server", "cores": 4, "endpoints": {"get": [{"work": "1ms"}]},
                 "rollouts": [{"at": "100ns", "analysis_interval": "549ms"},
                              {"at": "971s", "max_unavailable": 0}]}}})");
    check_ranges(run);
    CHECK(support::measure(run, "shop", "rollout_time") > 0);
}

// Constant times, so that limits of many are due at the same nanosecond, and a crash ends many.
TEST_CASE("no figure depends on how much room the records of calls have") {
    const models::Scenario scenario = support::scenario_from(R"({
        "run": {"measure": "10s"},
        "failures": [{"kind": "crash", "target": "web", "instances": 1, "at": "3s", "lasts": "2s"}],
        "nodes": {
            "users": {"kind": "users", "users": 300, "think_time": "10ms", "latency": "1ms", "calls": "front",
                      "policies": [{"kind": "retry", "max_attempts": 3, "backoff": {"wait_duration": "5ms"}},
                                   {"kind": "timeout", "limit": "50ms"}]},
            "front": {"kind": "pool", "of": "web", "balancer": "random"},
            "web": {"kind": "server", "replicas": 3, "threads": 20,
                    "endpoints": {"get": [{"work": "1ms"},
                                          {"call": "db", "policies": [{"kind": "timeout", "limit": "20ms"}]}]}},
            "db": {"kind": "database", "connections": 8, "cores": 4, "service_time": {"kind": "exponential", "mean": "5ms"}}
        }})");
    const sim::Recording usual = models::simulate(scenario, {1, 0});
    CHECK(usual.nodes.front().totals.of(sim::Outcome::timed_out) > 1000);
    for (const std::uint32_t stack : {32u, 200u, 1024u}) {
        models::RunLimits room;
        room.stack = stack;
        const sim::Recording other = models::simulate(scenario, {1, 0}, nullptr, room);
        CHECK(other.fingerprint == usual.fingerprint);
        CHECK(other.events == usual.events);
    }
}
