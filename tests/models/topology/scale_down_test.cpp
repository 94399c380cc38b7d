// A part of a system that is played in its stead (run.scale).
#include "models/topology/scale_down.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/clients/users.h"
#include "models/databases/database.h"
#include "models/servers/server.h"
#include "tests/support/play.h"

namespace {

// A hundred instances, chosen by chance, so that each has the Poisson arrivals of one alone: M/M/1
// at half of its core, 20 ms on average, with users who think for 10 s and are 1/100 of them all.
const std::string kShop = R"({
    "run": {"warm_up": "10s", "measure": "100s"},
    "nodes": {
        "people": {"kind": "users", "users": 50100, "think_time": {"kind": "exponential", "mean": "10s"}, "calls": "front.get"},
        "front": {"kind": "pool", "of": "web", "balancer": "random"},
        "web": {"kind": "server", "replicas": 100, "endpoints": {"get": [{"work": {"kind": "exponential", "mean": "10ms"}}]}},
        "db": {"kind": "database", "cores": 400, "connections": 800}
    }
)";

std::string problems_at(const std::string& text, const std::string& scale) {
    return models::load({"test.json", {}, {"run.scale=" + scale}, text}).problems.render();
}

template <class Spec>
const Spec& spec_of(const models::Scenario& scenario, const std::string& name) {
    return *scenario.nodes.find(name)->as<Spec>();
}

}  // namespace

TEST_CASE("a hundredth has a hundredth of the users, instances, cores and connections") {
    const models::Scenario part = support::scenario_from(kShop + "}", {"run.scale=1%"});
    CHECK(spec_of<models::Users::Spec>(part, "people").users == 501);
    CHECK(spec_of<models::Server::Spec>(part, "web").replicas == 1);
    CHECK(spec_of<models::Database::Spec>(part, "db").cores == 4);
    CHECK(spec_of<models::Database::Spec>(part, "db").connections == 8);
    CHECK(part.name == "1% of it");
    // What was resolved is the part itself, and is not divided again.
    CHECK(models::resolved_json(support::scenario_from(models::resolved_json(part))) ==
          models::resolved_json(part));
}

TEST_CASE("a hundredth is as busy and as slow as the whole") {
    const auto mean_of = [](const std::string& scale) {
        const auto run = support::play(kShop + "}", 1, {"run.scale=" + scale});
        return support::node(run, "people").latency.succeeded.mean_seconds();
    };
    // Theory's 20 ms; a hundredth has 5,000 requests that wait for one another: four standard
    // errors of the mean of an M/M/1 at half of its core, 20 ms * sqrt(2 * 6 / 5000), are 20 %.
    CHECK(mean_of("1%") == doctest::Approx(mean_of("100%")).epsilon(0.2));
}

TEST_CASE("what cannot be divided is refused where it stands") {
    CHECK(problems_at(kShop + "}", "0.5%").find("0.5% of 100 is 0.5") != std::string::npos);
    CHECK(problems_at(kShop + "}", "0.1%").find("whole number above zero") != std::string::npos);
    const std::string failing =
        kShop +
        R"(, "failures": [{"kind": "crash", "target": "web[7]", "at": "1s", "lasts": "1s"}]})";
    CHECK(problems_at(failing, "1%").find("/failures") == std::string::npos);
    CHECK(problems_at(failing, "1%").find("another share of fewer") != std::string::npos);
    const std::string cached = R"({"nodes": {
        "people": {"kind": "users", "users": 100, "calls": "near"},
        "near": {"kind": "cache", "calls": "db"}, "db": {"kind": "database", "cores": 100}}})";
    CHECK(problems_at(cached, "1%").find("a cache has nothing to divide") != std::string::npos);
    CHECK(problems_at(kShop + "}", "0%").find("above") != std::string::npos);
}
