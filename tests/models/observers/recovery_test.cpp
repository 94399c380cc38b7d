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

sim::Time at(sim::Duration time) {
    return sim::Time(time);
}

// Ten requests a second, of which so many succeed, second by second.
sim::Recording answered(const std::vector<std::uint32_t>& succeed) {
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

double figure(const std::vector<sim::Watched>& watched, std::string_view of,
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
std::string failing(const std::string& actions, const std::string& more_rules = "") {
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

const std::string kRespond = R"({"kind": "respond", "after": "1min", "diagnose": "2min",
    "verify": "1min", "steps": [{"kind": "heal", "failure": "failures[0]", "after": "30s"}]})";

std::size_t count(const sim::Recording& recording, std::string_view what) {
    return static_cast<std::size_t>(
        std::ranges::count(recording.incidents, what, &sim::Incident::what));
}

}  // namespace

TEST_CASE("users are answered again after the last slice that was down") {
    const auto run = answered({10, 10, 0, 0, 10, 0, 10, 10, 10, 10});
    const auto found = recovery_of({{at(2s), at(4s)}}, {at(3s)}, {}, run);
    CHECK(figure(found, "recovery", "mttr") == 4);
    CHECK(figure(found, "recovery", "mttd") == 1);
    CHECK(std::isnan(figure(found, "recovery", "mtta")));
    CHECK(figure(found, "blast_radius", "failed") == 30);
    CHECK(figure(found, "blast_radius", "ended") == 40);
}

TEST_CASE(
    "failures that overlap are one incident, others their own; means are over those that have") {
    const auto run = answered({10, 0, 0, 10, 10, 10, 0, 0, 0, 0, 10, 10});
    const auto two = recovery_of({{at(1s), at(2s)}, {at(6s), at(8s)}}, {at(2s)}, {}, run);
    CHECK(figure(two, "recovery", "count") == 2);
    CHECK(figure(two, "recovery", "mttr") == 3);
    CHECK(figure(two, "recovery", "mttd") == 1);
    const auto one = recovery_of({{at(1s), at(6s)}, {at(5s), at(8s)}}, {}, {}, run);
    CHECK(figure(one, "recovery", "count") == 1);
    CHECK(figure(one, "recovery", "mttr") == 9);
}

TEST_CASE("what is down when the run ends has not recovered, and what hurts nobody need not") {
    const auto down = recovery_of({{at(1s), sim::kForever}}, {}, {}, answered({10, 0, 0, 0}));
    CHECK(figure(down, "recovery", "unrecovered") == 1);
    CHECK(std::isnan(figure(down, "recovery", "mttr")));
    CHECK(figure(down, "blast_radius", "failed") == 30);
    const auto calm = recovery_of({{at(1s), at(2s)}}, {}, {}, answered({10, 10, 10, 10}));
    CHECK(figure(calm, "recovery", "hurting") == 0);
    CHECK(figure(calm, "recovery", "unrecovered") == 0);
    CHECK(std::isnan(figure(calm, "recovery", "mttr")));
    CHECK(figure(recovery_of({}, {}, {}, answered({10})), "recovery", "count") == 0);
}

TEST_CASE("who is on call acknowledges, diagnoses, fixes and verifies, one after another") {
    const auto run = support::play(failing(kRespond));
    CHECK(figure(run.watched, "recovery", "mttd") == 20);
    CHECK(figure(run.watched, "recovery", "mtta") == 60);
    CHECK(figure(run.watched, "recovery", "diagnosis") == 120);
    CHECK(figure(run.watched, "recovery", "fix") == 30);
    CHECK(figure(run.watched, "recovery", "verification") == 60);
    CHECK(figure(run.watched, "recovery", "mttr") == 230);
    CHECK(count(run, "acknowledged") == 1);
    CHECK(count(run, "verified") == 1);
}

TEST_CASE("while somebody responds another alert begins no second response") {
    const auto run = support::play(
        failing(kRespond, R"(, "More": {"expr": "user_requests_total{outcome=\"failed\"} > 500",
                               "actions": [)" +
                              kRespond + "]}"));
    CHECK(count(run, "firing") == 2);
    CHECK(count(run, "acknowledged") == 1);
}

TEST_CASE("without a game day or a response there is nothing of it") {
    const auto run = support::play(failing(R"({"kind": "heal", "failure": "failures[0]"})"));
    CHECK(std::ranges::count(run.watched, "recovery", &sim::Watched::of) == 0);
}
