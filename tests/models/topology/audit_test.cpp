#include "models/topology/audit.h"

#include <doctest/doctest.h>

#include <chrono>

namespace {

using namespace std::chrono_literals;

// Three requests of 1 s each within 10 s, which all ended.
sim::Recording sound() {
    sim::Recording recording;
    recording.simulated = 10s;
    recording.slice = 1s;
    sim::NodeRecord& node = recording.nodes.emplace_back();
    node.name = "web";
    node.totals.offered = 3;
    node.totals.ended[0] = 3;
    for (int i = 0; i < 3; ++i) node.latency.succeeded.record(1s);
    node.in_flight_mean = 0.3;
    node.utilisation = 0.3;
    return recording;
}

}  // namespace

TEST_CASE("sound books have nothing broken") {
    CHECK(models::broken_invariants(sound()).empty());
}

TEST_CASE("each mutation of a run's books is found, with its node and time") {
    const auto broken_by = [](auto mutate) {
        sim::Recording recording = sound();
        mutate(recording.nodes.front());
        const auto broken = models::broken_invariants(recording);
        REQUIRE(broken.size() == 1);
        CHECK(broken.front().find("web at 10 s") != std::string::npos);
        return broken.front().substr(0, broken.front().find(':'));
    };
    CHECK(broken_by([](sim::NodeRecord& node) {
              --node.totals.ended[0];
              node.latency.succeeded = {};
              node.latency.succeeded.record(1s);
              node.latency.succeeded.record(1s);
          }) == "every request that came has ended or is there");
    CHECK(broken_by([](sim::NodeRecord& node) { node.totals.in_flight = 1; }) ==
          "every request that came has ended or is there");
    CHECK(broken_by([](sim::NodeRecord& node) { node.latency.failed.record(0s); }) ==
          "every request that ended has a latency");
    CHECK(broken_by([](sim::NodeRecord& node) { node.in_flight_mean = 0.2; }) == "Little's law");
    CHECK(broken_by([](sim::NodeRecord& node) { node.utilisation = 1.01; }) ==
          "utilisation is in [0, 1]");
    CHECK(broken_by([](sim::NodeRecord& node) { node.utilisation = -0.1; }) ==
          "utilisation is in [0, 1]");
    CHECK(broken_by([](sim::NodeRecord& node) { node.cost_usd = -1; }) == "cost is not below 0");
}

TEST_CASE("who is in flight at the end came in a slice") {
    const auto broken_when = [](std::uint32_t arrived) {
        sim::Recording recording = sound();
        sim::NodeRecord& node = recording.nodes.front();
        node.totals.offered = 4;
        node.totals.in_flight = 1;
        sim::Slice slice;
        slice.arrived = arrived;
        slice.finished = 3;
        node.slices.add(9, slice);
        return models::broken_invariants(recording).size();
    };
    CHECK(broken_when(4) == 0);
    CHECK(broken_when(3) == 1);
}
