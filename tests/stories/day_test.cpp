// The day of 100,000 users, played for twenty seconds of its morning: it is what it says it is.
#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "models/servers/server.h"
#include "tests/support/play.h"

namespace {

using namespace std::chrono_literals;

models::Scenario the_day() {
    const auto loaded =
        models::load({std::string(SPATE_SOURCE_DIR) + "/scenarios/stories/day.json", {}, {}, {}});
    REQUIRE_MESSAGE(loaded.scenario.has_value(), loaded.problems.render());
    return *loaded.scenario;
}

}  // namespace

TEST_CASE("the day begins with 2,000 instances of five services") {
    std::uint32_t services = 0;
    std::uint32_t instances = 0;
    for (auto& [name, choice] : the_day().nodes.entries) {
        if (const auto* server = choice.as<models::Server::Spec>()) {
            ++services;
            instances += server->replicas;
        }
    }
    CHECK(services == 5);
    CHECK(instances == 2000);
}

TEST_CASE("its users send 4,900 requests a second, and everything stands it") {
    models::Scenario day = the_day();
    day.run.warm_up = 5s;
    day.run.measure = 15s;
    const sim::Recording recording = models::simulate(day, {42, 0});
    const auto offered = [&](const char* name) {
        return static_cast<double>(support::node(recording, name).totals.offered);
    };

    // A closed population: N / (Z + R), 100,000 / (20 s + R). 73,500 requests have a standard error
    // of less than 0.4 %. The visitors: 5,000/s at 8:00, where the factor is 0.8.
    const sim::NodeRecord& users = support::node(recording, "users");
    const double expected = 15 * 100'000 / (20 + users.latency.succeeded.mean_seconds());
    CHECK(offered("users") == doctest::Approx(expected).epsilon(0.015));
    CHECK(offered("visitors") == doctest::Approx(15 * 4000).epsilon(0.015));
    CHECK(users.totals.availability() > 0.999);

    // What a visit is: one look into Redis and one service each; a cart writes to Redis besides.
    const double visits = offered("front");
    CHECK(offered("redis") == doctest::Approx(visits + offered("carts")).epsilon(0.01));
    CHECK(offered("catalogue") + offered("carts") + offered("orders") ==
          doctest::Approx(visits).epsilon(0.01));

    // Products that the cache lacks, and orders, are what the database is asked for.
    CHECK(offered("db") < 0.5 * offered("cache"));
    for (const char* service : {"gateway", "catalogue", "carts", "orders", "payments"}) {
        CAPTURE(service);
        CHECK(support::node(recording, service).utilisation.value() < 0.6);
    }
}
