// Processes that die and are started again, and instances that have to be ready for a time.
#include "models/processes/restarts.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/support/play.h"

using support::measure;
using support::node;

namespace {

// Ten requests a second to one instance that takes five seconds to start.
sim::Recording killed(const std::string& length, const std::vector<std::string>& times) {
    std::string failures;
    for (const std::string& at : times) {
        failures += (failures.empty() ? "" : ", ") +
                    (R"({"kind": "kill", "target": "app", "at": ")" + at + "\"}");
    }
    return support::play(R"({"run": {"measure": ")" + length + R"("}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "arrivals": "constant", "calls": "app.get"},
        "app": {"kind": "server", "lifecycle": {"start_time": "5s"},
                "endpoints": {"get": [{"work": "1ms"}]}}}, "failures": [)" +
                         failures + "]}");
}

double unanswered(const sim::Recording& run) {
    const sim::Totals& totals = node(run, "users").totals;
    return static_cast<double>(totals.of(sim::Outcome::failed) + totals.of(sim::Outcome::rejected));
}

}  // namespace

TEST_CASE("kubelet's back-off: at once, 10 s, doubled up to 5 min, and anew after 10 min") {
    using std::chrono::seconds;
    models::Restarts restarts(seconds(10), seconds(300));
    sim::Time now{};
    for (const int expected : {0, 10, 20, 40, 80, 160, 300, 300}) {
        const sim::Duration wait = restarts.wait(now);
        CHECK(wait == seconds(expected));
        now += wait + seconds(1);
    }
    now += seconds(599);
    CHECK(restarts.wait(now) == seconds(0));
}

TEST_CASE("a process that is killed is away for its back-off and its start") {
    // 5 s, 10 + 5 s and 20 + 5 s of ten requests a second.
    const auto run = killed("100s", {"20s", "40s", "70s"});
    CHECK(measure(run, "app", "restarts") == 3);
    CHECK(unanswered(run) == doctest::Approx(450).epsilon(0.01));
}

TEST_CASE("a process that ran for ten minutes is forgiven; one that is not there cannot die") {
    CHECK(unanswered(killed("700s", {"20s", "640s"})) == doctest::Approx(100).epsilon(0.02));
    // The third comes in the back-off after the second.
    const auto run = killed("100s", {"20s", "40s", "45s"});
    CHECK(measure(run, "app", "restarts") == 2);
}

TEST_CASE("a rollout goes on when the new one was ready for min_ready") {
    const auto time = [](const std::string& min_ready) {
        const auto run = support::play(R"({"run": {"measure": "5min"}, "nodes": {
            "users": {"kind": "open_loop", "rate": "10/s", "calls": "app.get"},
            "app": {"kind": "server", "replicas": 3, "rollouts": [{"at": "10s"}],
                    "lifecycle": {"start_time": "5s", "min_ready": ")" +
                                       min_ready + R"("},
                    "endpoints": {"get": [{"work": "1ms"}]}}}})");
        return measure(run, "app", "rollout_time");
    };
    // Three times, one after the other; it looks ten times a second.
    CHECK(time("0s") == doctest::Approx(15).epsilon(0.03));
    CHECK(time("20s") == doctest::Approx(75).epsilon(0.01));
}
