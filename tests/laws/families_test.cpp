// What every member of a family must do, whoever is in it.
#include <doctest/doctest.h>

#include "models/balancers/balancers.h"
#include "tests/support/play.h"

namespace {

// A system that every law can be tried on.
std::string shop() {
    return R"({"run": {"warm_up": "1s", "measure": "20s"}, "nodes": {
        "clients": {"kind": "open_loop", "rate": "300/s", "calls": "front",
                    "policies": [{"kind": "timeout", "limit": "200ms"}]},
        "front": {"kind": "pool", "of": "web"},
        "web": {"kind": "server", "replicas": 4, "cores": 1, "threads": 8, "accept_queue": 20,
                "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "8ms"}},
                                      {"call": "db"}]}},
        "db": {"kind": "database", "connections": 5, "cores": 2,
               "service_time": {"kind": "exponential", "mean": "3ms"}}}})";
}

void check_conservation(const sim::Recording& run) {
    for (const sim::NodeRecord& node : run.nodes) {
        CHECK(node.totals.is_conserved());
        CHECK(node.latency.count() == node.totals.finished());
        CHECK(node.latency.succeeded.count() == node.totals.of(sim::Outcome::succeeded));
        std::uint64_t causes = 0;
        for (const std::uint64_t count : node.causes) causes += count;
        CHECK(causes == node.totals.finished());
        CHECK(node.causes[0] == node.totals.of(sim::Outcome::succeeded));
    }
}

}  // namespace

TEST_CASE("whatever the balancer, the same users send the same requests") {
    std::vector<sim::Recording> runs;
    for (const auto& choice : models::Balancers::each()) {
        runs.push_back(
            support::play(shop(), 7, {"nodes.front.balancer=" + std::string(choice.kind())}));
        check_conservation(runs.back());
    }
    for (const sim::Recording& run : runs) {
        const auto& slices = support::node(run, "clients").slices;
        const auto& expected = support::node(runs.front(), "clients").slices;
        REQUIRE(slices.size() == expected.size());
        for (std::size_t i = 0; i < slices.size(); ++i) {
            CHECK(slices[i].arrived == expected[i].arrived);
        }
    }
}

TEST_CASE("one seed is one run, another seed another") {
    const auto first = support::play(shop(), 11);
    CHECK(first.fingerprint.value() == support::play(shop(), 11).fingerprint.value());
    CHECK(first.fingerprint.value() != support::play(shop(), 12).fingerprint.value());
}

TEST_CASE("clients send at the rate they declare") {
    for (const std::string arrivals : {"poisson", "constant"}) {
        const auto run = support::play(
            R"({"run": {"measure": "100s"}, "nodes": {
                "clients": {"kind": "open_loop", "rate": "0/s", "arrivals": ")" +
            arrivals + R"(",
                    "stages": [{"target": "1000/s", "duration": "40s"},
                               {"target": "1000/s", "duration": "20s"},
                               {"target": "0/s", "duration": "0s"}],
                    "calls": "db"},
                "db": {"kind": "database"}}})");
        // The integral of the rate: 20,000 + 20,000. Poisson: 4 standard errors are 2 %.
        const auto& clients = support::node(run, "clients");
        CHECK(static_cast<double>(clients.totals.offered) ==
              doctest::Approx(40'000).epsilon(arrivals == "poisson" ? 0.02 : 1e-4));
    }
}
