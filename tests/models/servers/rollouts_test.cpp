// New versions, and where pods are placed.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "tests/support/play.h"

using support::measure;

namespace {

// Four instances and 40 requests/s for three minutes; at 60 s the rollout.
sim::Recording roll_out(const std::string& rollout, const std::string& more = "") {
    return support::play(R"({"run": {"measure": "3min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "40/s", "arrivals": "constant", "calls": "app.get"},
        "app": {"kind": "server", "replicas": 4, "rollouts": [{"at": "60s", )" +
                         rollout + R"(}], "lifecycle": {"start_time": "20s"},
        "endpoints": {"get": [{"work": "5ms"}]}})" +
                         more + "}}");
}

std::uint64_t failed(const sim::Recording& run) {
    return support::node(run, "users").totals.of(sim::Outcome::failed);
}

// Pods of one core on machines of four; what is said of the server and of the machines.
sim::Recording place(const std::string& server, const std::string& machines,
                     const std::string& failures = "") {
    return support::play(R"({"run": {"measure": "1min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "calls": "app.get"},
        "app": {"kind": "server", "memory": "1GiB", "cluster": "machines", )" +
                         server + R"("endpoints": {"get": [{"work": "5ms"}]}},
        "machines": {"kind": "cluster", "machines": [)" +
                         machines + R"(]}}, "failures": [)" + failures + "]}");
}

}  // namespace

TEST_CASE("blue and green: twice as many for a while, and nobody notices") {
    const auto run = roll_out(R"("strategy": "blue_green", "keep_old": "30s")");
    CHECK(failed(run) == 0);
    // Four more from the order at 60 s until 20 s of start and 30 s of standing by have passed.
    CHECK(support::node(run, "app").instances == doctest::Approx(4 + 4 * 50 / 180.0).epsilon(0.01));
}

TEST_CASE("blue and green: all requests change at once, and at once they go back") {
    const auto run = roll_out(
        R"("strategy": "blue_green", "keep_old": "60s", "faults": "100%", "rollback_above": "5%",
           "analysis_interval": "10s")");
    // From 80 s, when the new ones are ready, to the first look at 90 s.
    CHECK(static_cast<double>(failed(run)) == doctest::Approx(400).epsilon(0.03));
    CHECK(measure(run, "app", "rollback_time") == doctest::Approx(30).epsilon(0.01));
}

TEST_CASE("a version that is slower is taken back, if somebody looks at how slow it is") {
    const std::string slow = R"("slower": 10, "analysis_interval": "20s")";
    CHECK(std::isnan(measure(roll_out(slow), "app", "rollback_time")));
    CHECK(measure(roll_out(slow + R"(, "rollback_slower": 2)"), "app", "rollback_time") < 90);
    CHECK(std::isnan(
        measure(roll_out(R"("slower": 1.5, "rollback_slower": 2)"), "app", "rollback_time")));
}

TEST_CASE("never two of a kind on one machine: who finds none waits") {
    const std::string two = R"({"count": 2})";
    const auto strict = place(R"("replicas": 3, "placement": "one_per_machine", )", two);
    CHECK(measure(strict, "machines", "pending_last") == 1);
    CHECK(measure(strict, "app", "ready") == 2);
    const auto spread = place(R"("replicas": 3, )", two);
    CHECK(measure(spread, "machines", "pending_last") == 0);
}

TEST_CASE("a skew of one: a full zone holds the other back") {
    const std::string machines = R"({"zone": "a"}, {"zone": "b", "cpu": 1})";
    const auto skewed = place(R"("replicas": 4, "zone_skew": 1, )", machines);
    CHECK(measure(skewed, "app", "ready") == 3);
    const auto free = place(R"("replicas": 4, )", machines);
    CHECK(measure(free, "app", "ready") == 4);
}

TEST_CASE("packed onto one machine, all are lost with it; spread, half of them") {
    const std::string crash =
        R"({"kind": "machine_down", "target": "machines", "at": "10s", "lasts": "40s", "instances": 1})";
    const std::string probe =
        R"("lifecycle": {"readiness_probe": {"period": "1s", "failure_threshold": 1}}, )";
    const auto packed =
        place(R"("replicas": 4, "placement": "pack", )" + probe, R"({"count": 2})", crash);
    CHECK(measure(packed, "app", "ready_least") == 0);
    const auto spread = place(R"("replicas": 4, )" + probe, R"({"count": 2})", crash);
    CHECK(measure(spread, "app", "ready_least") == 2);
}

TEST_CASE("an image is pulled once onto each machine") {
    const auto pulls = [](const std::string& more) {
        const auto run = place(R"("replicas": 4, "rollouts": [{"at": "1s"}],
                                  "lifecycle": {"start_time": "1s", "image_pull": "3s"}, )" +
                                   more,
                               R"({"count": 2})");
        return measure(run, "app", "image_pulls");
    };
    // The new version comes to both machines; the deleted pod's successor finds it there.
    CHECK(pulls("") == 2);
    CHECK(pulls(R"("deletions": [{"at": "50s"}], )") == 2);
}

TEST_CASE("machines come while pods wait and go when they are not needed, daemons with them") {
    const auto run = support::play(R"({"run": {"measure": "15min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "10/s", "calls": "app.get"},
        "app": {"kind": "server", "memory": "1GiB", "cluster": "machines", "replicas": 2,
                "autoscaler": {"kind": "scheduled", "actions": [{"at": "10s", "replicas": 9},
                                                                {"at": "5min", "replicas": 2}]},
                "endpoints": {"get": [{"work": "5ms"}]}},
        "agent": {"kind": "server", "memory": "1GiB", "cluster": "machines", "daemon": true,
                  "cpu_request": 0.1, "endpoints": {"get": [{"work": "1ms"}]}},
        "scraper": {"kind": "open_loop", "rate": "1/s", "calls": "agent.get"},
        "machines": {"kind": "cluster", "machines": [{"count": 2}], "max_machines": 5,
                     "scale_down_unneeded_time": "2min"}}})");
    // Three pods a machine beside the agent: nine need one more than the two there are.
    CHECK(measure(run, "machines", "machines_removed") >= 1);
    CHECK(measure(run, "machines", "machines_last") == 2);
    CHECK(support::node(run, "agent").instances > 2.2);
    CHECK(failed(run) == 0);
}
