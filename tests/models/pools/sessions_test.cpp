// Sessions, connections, and who is one and the same sender.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/support/play.h"

using support::measure;

namespace {

std::string site(const std::string& pool) {
    return R"({"run": {"measure": "100s"}, "nodes": {
        "people": {"kind": "users", "users": 200,
                   "think_time": {"kind": "exponential", "mean": "1s"}, "calls": "front"},
        "front": {"kind": "pool", "of": "app", "balancer": {"kind": "round_robin"}, )" +
           pool + R"(},
        "app": {"kind": "server", "replicas": 4, "cores": 4, "endpoints": {"get": [{"work": "1ms"}]}}}})";
}

const std::string kCrashOfApp = R"(failures=[{"kind": "crash", "target": "app", "instances": 1,
    "at": "50s", "lasts": "1h"}])";

}  // namespace

TEST_CASE("sticky: each user has one session, and each target its share of users") {
    const auto run = support::play(site(R"("sessions": {})"));
    CHECK(measure(run, "front", "sessions") == 200);
    CHECK(measure(run, "front", "sessions_lost") == 0);
    // 50 users each, of a hundred requests each: 6 % is four standard errors.
    for (const auto& machine : support::node(run, "front").machines) {
        CHECK(static_cast<double>(machine.requests) == doctest::Approx(5000).epsilon(0.06));
    }
}

TEST_CASE("a target that dies takes its users' sessions with it, all of them and no others") {
    const std::string check = R"("health_check": {"interval": "1s"}, )";
    CHECK(measure(support::play(site(check + R"("sessions": {})"), 1, {kCrashOfApp}), "front",
                  "sessions_lost") == 50);
    const std::string store = R"(nodes.redis={"kind": "database"})";
    const auto kept =
        support::play(site(check + R"("sessions": {"store": "redis"})"), 1, {store, kCrashOfApp});
    CHECK(measure(kept, "front", "sessions_lost") == 0);
}

TEST_CASE("a session that is not used ends") {
    const auto run = support::play(site(R"("sessions": {"timeout": "1s"})"));
    // A pause longer than a second is e^-1 of all.
    const auto requests = static_cast<double>(support::node(run, "people").totals.offered);
    CHECK(measure(run, "front", "sessions") ==
          doctest::Approx(requests / std::exp(1)).epsilon(0.03));
}

TEST_CASE("layer 4: one connection a user, and all requests of it go to one target") {
    const auto run = support::play(site(R"("layer": "l4")"));
    CHECK(measure(run, "front", "connections") == 200);
    CHECK(support::node(run, "front").totals.of(sim::Outcome::failed) == 0);
}

TEST_CASE("layer 4: a target that dies breaks its connections, which are opened anew elsewhere") {
    const auto run = support::play(site(R"("layer": "l4", "health_check": {"interval": "100ms"})"),
                                   1, {kCrashOfApp});
    const double connections = measure(run, "front", "connections");
    CHECK(connections >= 250);
    // And those that were opened to the dead one, before three checks had failed.
    CHECK(connections <= 275);
}

TEST_CASE("layer 4: without traffic for the idle timeout a connection is closed") {
    const auto run = support::play(site(R"("layer": "l4", "idle_timeout": "1s")"));
    const auto requests = static_cast<double>(support::node(run, "people").totals.offered);
    CHECK(measure(run, "front", "connections") ==
          doctest::Approx(requests / std::exp(1)).epsilon(0.03));
}

TEST_CASE("layer 4 sees no content: rules, sessions and queues are refused with a reason") {
    for (const std::string more : {R"("rules": [{"paths": ["get"], "to": "app.get"}])",
                                   R"("sessions": {})", R"("queue": {})"}) {
        const models::Loaded loaded =
            models::load({"test.json", {}, {}, site(R"("layer": "l4", )" + more)});
        CHECK(!loaded.scenario);
        CHECK(loaded.problems.render().find("layer 4") != std::string::npos);
    }
}
