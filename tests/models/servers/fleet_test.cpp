// How instances come and go, by runs small enough to be worked out by hand.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/play.h"

using support::measure;

namespace {

// Two instances, six from 60 s to 120 s, two again; 60 requests/s that take half a second.
std::string tide(const std::string& lifecycle) {
    return R"({"run": {"measure": "3min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "60/s", "arrivals": "constant", "calls": "app.get"},
        "app": {"kind": "server", "replicas": 2, "price": "$3600/h",
                "autoscaler": {"kind": "scheduled", "actions": [{"at": "60s", "replicas": 6},
                                                                {"at": "120s", "replicas": 2}]},
                "lifecycle": )" +
           lifecycle + R"(, "endpoints": {"get": [{"wait": "500ms"}]}}}})";
}

}  // namespace

TEST_CASE("an instance is billed from its order until it is gone") {
    const sim::Recording run = support::play(tide(R"({"start_time": "20s"})"));
    const sim::NodeRecord& app = support::node(run, "app");
    // 2 for 180 s and 4 for 60 s, and half a second each for what they have to finish.
    const double instance_seconds = 2 * 180 + 4 * 60 + 4 * 0.5;
    CHECK(app.cost_usd == doctest::Approx(instance_seconds).epsilon(1e-3));
    CHECK(app.instances == doctest::Approx(instance_seconds / 180).epsilon(1e-3));
    // Ready for 40 s of those 60.
    CHECK(measure(run, "app", "ready") == doctest::Approx((2 * 180 + 4 * 40) / 180.0));
    CHECK(app.totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("one that does not shut down gracefully drops what it has") {
    const sim::Recording run =
        support::play(tide(R"({"start_time": "20s", "graceful_shutdown": false})"));
    // 30 in flight, four of six instances.
    const double dropped = measure(run, "app", "dropped");
    CHECK(dropped == doctest::Approx(20).epsilon(0.1));
    CHECK(support::node(run, "users").totals.of(sim::Outcome::failed) ==
          static_cast<std::uint64_t>(dropped));
}

TEST_CASE("balancers that hear of it late send requests into nothing, unless pre_stop waits") {
    const auto failed = [](const std::string& lifecycle) {
        const sim::Recording run = support::play(tide(lifecycle));
        return support::node(run, "users").totals.of(sim::Outcome::failed);
    };
    // 60/s for 3 s, four of six.
    CHECK(failed(R"({"endpoint_delay": "3s"})") == doctest::Approx(120).epsilon(0.05));
    CHECK(failed(R"({"endpoint_delay": "3s", "pre_stop": "4s"})") == 0);
}

TEST_CASE("a cold instance takes longer, and is warm in the end") {
    const auto mean = [](const std::string& warm_up) {
        const sim::Recording run = support::play(
            R"({"run": {"warm_up": "100s", "measure": "100s"}, "nodes": {
                "users": {"kind": "open_loop", "rate": "1/s", "arrivals": "constant",
                          "calls": "app.get"},
                "app": {"kind": "server", "replicas": 1,
                        "autoscaler": {"kind": "scheduled", "actions": [{"at": "10s", "replicas": 9}]},
                        "lifecycle": {"start_time": "10s", "warm_up": ")" +
            warm_up + R"(", "cold_factor": 3}, "endpoints": {"get": [{"work": "10ms"}]}}}})");
        return support::node(run, "app").latency.succeeded.mean_seconds();
    };
    CHECK(mean("80s") == doctest::Approx(0.010).epsilon(0.01));
    // Eight of nine take three times as long.
    CHECK(mean("1h") == doctest::Approx(0.010 * (1 + 8 * 3) / 9).epsilon(0.03));
}

TEST_CASE("whoever decides, the same seed is the same run, and never more or fewer than allowed") {
    for (
        const std::string scaler :
        {R"({"kind": "hpa", "min_replicas": 2, "max_replicas": 5})",
         R"({"kind": "asg", "min_size": 2, "max_size": 5, "policies": [{"target_tracking": "50%"}]})",
         R"({"kind": "predictive", "min_replicas": 2, "max_replicas": 5})",
         R"({"kind": "oracle", "min_replicas": 2, "max_replicas": 5})",
         R"({"kind": "keda", "min_replica_count": 2, "max_replica_count": 5})"}) {
        const std::string text =
            R"({"run": {"measure": "10min"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "20/s", "repeat_stages": true,
                      "stages": [{"target": "300/s", "duration": "2min"},
                                 {"target": "20/s", "duration": "1min"}], "calls": "app.get"},
            "app": {"kind": "server", "replicas": 2, "autoscaler": )" +
            scaler + R"(, "endpoints": {"get": [{"work": "20ms"}]}}}})";
        const sim::Recording run = support::play(text, 5);
        CHECK(run.fingerprint.value() == support::play(text, 5).fingerprint.value());
        CHECK(measure(run, "app", "replicas_peak") <= 5);
        CHECK(measure(run, "app", "replicas_least") >= 2);
    }
}

// Constant arrivals of constant work: utilisation is rate * 20 ms / replicas, whatever the seed.
TEST_CASE("an autoscaler has a tolerance up and one down") {
    const auto play = [](const std::string& rate, const std::string& hpa,
                         const std::string& more = "") {
        return support::play(R"({"run": {"measure": "20min"}, "nodes": {
            "users": {"kind": "open_loop", "arrivals": "constant", "rate": ")" +
                                 rate +
                                 R"(", "calls": "app.get"},
            "app": {"kind": "server", "replicas": 4, "cores": 1, "balancer": "round_robin")" +
                                 more + R"(, "autoscaler": {"kind": "hpa", "max_replicas": 20, )" +
                                 hpa + R"(}, "endpoints": {"get": [{"work": "20ms"}]}}}})",
                             1);
    };
    const auto peak = [&](const std::string& rate, const std::string& behavior) {
        return measure(play(rate, R"("metrics": [{"cpu": "50%"}], "behavior": )" + behavior), "app",
                       "replicas_peak");
    };
    const auto least = [&](const std::string& rate, const std::string& behavior) {
        return measure(play(rate, R"("metrics": [{"cpu": "50%"}], "behavior": )" + behavior), "app",
                       "replicas_least");
    };
    // 2.3 of 4 cores: 1.15 times the target, for which ceil(4 * 1.15) = 5 are wanted.
    CHECK(peak("115/s", "{}") == 5);
    CHECK(peak("115/s", R"({"scale_up": {"tolerance": "20%"}})") == 4);
    CHECK(peak("115/s", R"({"scale_down": {"tolerance": "20%"}})") == 5);
    // 1.4 of 4 cores: 0.7 times the target, ceil(4 * 0.7) = 3.
    CHECK(least("70/s", "{}") == 3);
    CHECK(least("70/s", R"({"scale_down": {"tolerance": "40%"}})") == 4);
    CHECK(least("70/s", R"({"scale_up": {"tolerance": "40%"}})") == 3);
}

// Its startup probe gives it a second, and it never comes through: it dies 1 s after each start,
// which are at once, at once again, 10 s and 20 s later. Nobody asks twice.
TEST_CASE("a unit that is ordered at the very beginning has one startup probe") {
    const sim::Recording run = support::play(R"({"run": {"measure": "30s"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "calls": "app.get"},
        "app": {"kind": "server", "rollouts": [{"at": "0s"}],
                "lifecycle": {"start_time": "10s", "start_failures": "100%",
                              "startup_probe": {"initial_delay": "1s", "failure_threshold": 1}},
                "endpoints": {"get": [{"work": "5ms"}]}}}})");
    std::vector<double> deaths;
    for (const auto& each : run.incidents) {
        if (each.what == "restarted") {
            deaths.push_back(std::round(sim::seconds(each.at.time_since_epoch())));
        }
    }
    CHECK(deaths == std::vector<double>{1, 2, 13});
}
