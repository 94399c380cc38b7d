// What a request that fails at a step is answered with.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>

#include "tests/support/play.h"

using support::node;

TEST_CASE("a request without a token is rejected as unauthorized, and reads nothing") {
    const sim::Recording run = support::play(R"({"run": {"measure": "100s"}, "nodes": {
        "people": {"kind": "open_loop", "rate": "10/s", "calls": "api",
                   "population": {"people": 1000, "segments": {"member": {"weight": 3}, "nobody": {}}}},
        "api": {"kind": "server", "endpoints": {"get": [
            {"choose": [{"segments": ["nobody"], "steps": [{"fail": "100%", "cause": "unauthorized"}]}, {"steps": []}]},
            {"call": "db"}]}},
        "db": {"kind": "database"}}})");
    const sim::NodeRecord& people = node(run, "people");
    const std::uint64_t rejected = people.totals.of(sim::Outcome::rejected);
    CHECK(rejected > 0);
    CHECK(people.causes[static_cast<std::size_t>(models::cause::unauthorized)] == rejected);
    CHECK(people.totals.of(sim::Outcome::failed) == 0);
    CHECK(node(run, "db").totals.offered == people.totals.offered - rejected);
}

TEST_CASE("without another cause a step that fails is a fault of the server") {
    const sim::Recording run = support::play(R"({"run": {"measure": "10s"}, "nodes": {
        "people": {"kind": "open_loop", "rate": "10/s", "calls": "api"},
        "api": {"kind": "server", "endpoints": {"get": [{"fail": 1}]}}}})");
    const sim::NodeRecord& people = node(run, "people");
    CHECK(people.causes[static_cast<std::size_t>(models::cause::fault)] ==
          people.totals.of(sim::Outcome::failed));
    CHECK(people.totals.of(sim::Outcome::failed) == people.totals.offered);
}
