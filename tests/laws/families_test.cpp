// What every member of a family must do, whoever is in it.
#include <doctest/doctest.h>

#include "models/balancers/balancers.h"
#include "models/failures/failures.h"
#include "models/failures/partition.h"
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
        CHECK(node.totals.finished() <= node.totals.offered);
        CHECK(node.latency.count() == node.totals.finished());
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

TEST_CASE("every failure changes what happens while it lasts, and heals exactly") {
    for (const auto& choice : models::Failures::each()) {
        const std::string kind(choice.kind());
        const auto with = [&](const std::string& target, const std::string& at) {
            return support::play(shop(), 3,
                                 {R"(failures=[{"kind": ")" + kind + R"(", "target": ")" + target +
                                  R"(", "at": ")" + at + R"(", "lasts": "2s"}])"});
        };
        for (const std::string target : {"web", "db"}) {
            const sim::Recording struck = with(target, "5s");
            const sim::Recording quiet = with(target, "1h");
            check_conservation(struck);
            CHECK(struck.fingerprint.value() != quiet.fingerprint.value());
            const auto& slices = support::node(struck, "clients").slices;
            const auto& expected = support::node(quiet, "clients").slices;
            std::uint64_t during = 0;
            std::uint64_t during_quiet = 0;
            for (std::size_t i = 5; i < 7; ++i) {
                during += slices[i].succeeded;
                during_quiet += expected[i].succeeded;
            }
            // Callers still reach those who do not reach each other, and here nobody calls his
            // like.
            const bool is_unseen = choice.as<models::Partition::Spec>() != nullptr;
            CHECK_MESSAGE((is_unseen ? during == during_quiet : during < during_quiet), kind,
                          " of ", target);
            // Ten seconds after it healed nothing is left of it: the same requests take the same
            // time again.
            for (std::size_t i = 17; i < 20; ++i) {
                CHECK_MESSAGE(slices[i].finished == expected[i].finished, kind, " of ", target);
                CHECK(slices[i].latency_sum_s ==
                      doctest::Approx(expected[i].latency_sum_s).epsilon(1e-9));
            }
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
