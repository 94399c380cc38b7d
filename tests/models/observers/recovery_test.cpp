// How a system came back: detection, response, recovery, and who was hurt meanwhile.
#include "models/observers/recovery.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "tests/support/play.h"

using namespace models;
using namespace std::chrono_literals;

namespace {

sim::Time moment(sim::Duration time) {
    return sim::Time(time);
}

// Ten requests a second, of which so many succeed, second by second.
sim::Recording answers(const std::vector<std::uint32_t>& succeed) {
    sim::Recording made;
    made.slice = 1s;
    made.simulated = std::chrono::seconds(succeed.size());
    sim::NodeRecord users;
    users.name = "users";
    users.is_client = true;
    std::vector<sim::Slice> slices;
    for (const std::uint32_t each : succeed) slices.push_back({10, 10, each, 0, 0});
    users.slices = slices;
    made.nodes = {users};
    return made;
}

double recovery_figure(const std::vector<sim::Watched>& watched, std::string_view of,
                       std::string_view name) {
    for (const sim::Watched& each : watched) {
        if (each.of != of) continue;
        const auto found = std::ranges::find(each.measures, name, &sim::Measure::name);
        REQUIRE(found != each.measures.end());
        return found->value;
    }
    FAIL("nothing of that name");
    return 0;
}

// An instance of ten is gone from 120 s on; the alert fires at 140 s.
std::string incident_with(const std::string& actions, const std::string& more_rules = "") {
    return R"({"run": {"measure": "10min"}, "nodes": {
        "users": {"kind": "open_loop", "rate": "100/s", "arrivals": "constant", "calls": "front"},
        "front": {"kind": "pool", "of": "web", "balancer": "round_robin"},
        "web": {"kind": "server", "replicas": 10, "endpoints": {"get": [{"wait": "1ms"}]}}},
        "failures": [{"kind": "crash", "target": "web", "instances": 1, "at": "2min", "lasts": "1h"}],
        "alerts": {"scrape_interval": "1s", "evaluation_interval": "5s",
          "rules": {"Errors": {"expr": "user_requests_total{outcome=\"failed\"} > 50",
                               "for": "10s", "actions": [)" +
           actions + "]}" + more_rules + "}}}";
}

const std::string kResponseOfFour = R"({"kind": "respond", "after": "1min", "diagnose": "2min",
    "verify": "1min", "steps": [{"kind": "heal", "failure": "failures[0]", "after": "30s"}]})";

std::size_t times_of(const sim::Recording& recording, std::string_view what) {
    return static_cast<std::size_t>(
        std::ranges::count(recording.incidents, what, &sim::Incident::what));
}

}  // namespace

TEST_CASE("users are answered again after the last slice that was down") {
    const auto run = answers({10, 10, 0, 0, 10, 0, 10, 10, 10, 10});
    const auto found = recovery_of({{moment(2s), moment(4s)}}, {moment(3s)}, {}, run);
    CHECK(recovery_figure(found, "recovery", "mttr") == 4);
    CHECK(recovery_figure(found, "recovery", "mttd") == 1);
    CHECK(std::isnan(recovery_figure(found, "recovery", "mtta")));
    CHECK(recovery_figure(found, "blast_radius", "failed") == 30);
    CHECK(recovery_figure(found, "blast_radius", "ended") == 40);
}

TEST_CASE(
    "failures that overlap are one incident, others their own; means are over those that have") {
    const auto run = answers({10, 0, 0, 10, 10, 10, 0, 0, 0, 0, 10, 10});
    const auto two =
        recovery_of({{moment(1s), moment(2s)}, {moment(6s), moment(8s)}}, {moment(2s)}, {}, run);
    CHECK(recovery_figure(two, "recovery", "count") == 2);
    CHECK(recovery_figure(two, "recovery", "mttr") == 3);
    CHECK(recovery_figure(two, "recovery", "mttd") == 1);
    const auto one = recovery_of({{moment(1s), moment(6s)}, {moment(5s), moment(8s)}}, {}, {}, run);
    CHECK(recovery_figure(one, "recovery", "count") == 1);
    CHECK(recovery_figure(one, "recovery", "mttr") == 9);
}

TEST_CASE("what is down when the run ends has not recovered, and what hurts nobody need not") {
    const auto down = recovery_of({{moment(1s), sim::kForever}}, {}, {}, answers({10, 0, 0, 0}));
    CHECK(recovery_figure(down, "recovery", "unrecovered") == 1);
    CHECK(std::isnan(recovery_figure(down, "recovery", "mttr")));
    CHECK(recovery_figure(down, "blast_radius", "failed") == 30);
    const auto calm = recovery_of({{moment(1s), moment(2s)}}, {}, {}, answers({10, 10, 10, 10}));
    CHECK(recovery_figure(calm, "recovery", "hurting") == 0);
    CHECK(recovery_figure(calm, "recovery", "unrecovered") == 0);
    CHECK(std::isnan(recovery_figure(calm, "recovery", "mttr")));
    CHECK(recovery_figure(recovery_of({}, {}, {}, answers({10})), "recovery", "count") == 0);
}

TEST_CASE("who is on call acknowledges, diagnoses, fixes and verifies, one after another") {
    const auto run = support::play(incident_with(kResponseOfFour));
    CHECK(recovery_figure(run.watched, "recovery", "mttd") == doctest::Approx(20));
    CHECK(recovery_figure(run.watched, "recovery", "mtta") == doctest::Approx(60));
    CHECK(recovery_figure(run.watched, "recovery", "diagnosis") == doctest::Approx(120));
    CHECK(recovery_figure(run.watched, "recovery", "fix") == doctest::Approx(30));
    CHECK(recovery_figure(run.watched, "recovery", "verification") == doctest::Approx(60));
    CHECK(recovery_figure(run.watched, "recovery", "mttr") == doctest::Approx(230));
    CHECK(times_of(run, "acknowledged") == 1);
    CHECK(times_of(run, "verified") == 1);
}

TEST_CASE("while somebody responds another alert begins no second response") {
    const auto run = support::play(incident_with(
        kResponseOfFour, R"(, "More": {"expr": "user_requests_total{outcome=\"failed\"} > 500",
                               "actions": [)" +
                             kResponseOfFour + "]}"));
    CHECK(times_of(run, "firing") == 2);
    CHECK(times_of(run, "acknowledged") == 1);
}

TEST_CASE("without a game day or a response there is nothing of it") {
    const auto run = support::play(incident_with(R"({"kind": "heal", "failure": "failures[0]"})"));
    CHECK(std::ranges::count(run.watched, "recovery", &sim::Watched::of) == 0);
}
