#include "reports/harm.h"

#include <doctest/doctest.h>

#include <chrono>

#include "sim/up_time.h"

using namespace reports;
using sim::longest_outage;
using namespace std::chrono_literals;

namespace {

// Ten requests a second, of which so many succeed and all others fail, second by second.
sim::NodeRecord client(const std::string& name, const std::vector<std::uint32_t>& succeed) {
    sim::NodeRecord record;
    record.name = name;
    record.is_client = true;
    std::vector<sim::Slice> slices;
    for (const std::uint32_t each : succeed) slices.push_back({10, 10, each, 0, 0});
    for (const std::uint32_t each : succeed) {
        record.totals.offered += 10;
        record.totals.ended[0] += each;
        record.totals.ended[1] += 10 - each;
    }
    record.slices = slices;
    return record;
}

sim::Recording recording(std::vector<sim::NodeRecord> nodes, std::size_t seconds) {
    sim::Recording made;
    made.slice = 1s;
    made.simulated = std::chrono::seconds(seconds);
    made.nodes = std::move(nodes);
    return made;
}

}  // namespace

TEST_CASE("an outage is of a client by itself: what many others get hides nothing") {
    const auto made = recording(
        {client("buying", {10, 0, 0, 10, 0, 10}), client("browsing", {10, 10, 10, 10, 10, 10})}, 6);
    const Harm harm = harm_of(made, {1, 3});
    CHECK(harm.longest_outage_s == 2);
    CHECK(harm.offered == 120);
    CHECK(harm.unanswered == 30);
    REQUIRE(harm.routes.size() == 2);
    CHECK(harm.routes[0].share() == 0);
    CHECK(harm.routes[1].share() == 1);
}

TEST_CASE("a route is looked at while the failure lasts, and only then") {
    const auto made = recording({client("users", {0, 10, 5, 10, 0})}, 5);
    CHECK(harm_of(made, {1, 4}).routes[0].share() == doctest::Approx(25.0 / 30));
    CHECK(harm_of(made, {1, 2}).routes[0].share() == 1);
    // Within a slice: that which begins in it.
    CHECK(harm_of(made, {1.5, 1.6}).routes[0].share() == 0.5);
    CHECK(harm_of(made, {3, 1e9}).routes[0].share() == 0.5);
}

TEST_CASE("who waits for ever is not answered, and is down") {
    sim::NodeRecord stuck;
    stuck.name = "users";
    stuck.is_client = true;
    stuck.slices = std::vector<sim::Slice>{{10, 10, 10, 0, 0}, {10, 0, 0, 0, 0}, {10, 0, 0, 0, 0}};
    stuck.totals.offered = 30;
    stuck.totals.ended[0] = 10;
    stuck.totals.in_flight = 20;
    const Harm harm = harm_of(recording({stuck}, 3), {1, 3});
    CHECK(harm.routes[0].share() == 0);
    CHECK(harm.longest_outage_s == 2);
    CHECK(harm.unanswered == 20);
}

TEST_CASE("what is lost of data is counted by what nodes say, shares are not") {
    sim::NodeRecord store;
    store.name = "redis";
    store.measures = {
        {"lost_writes", "", 7}, {"lost", "", 2}, {"lost_share", "1", 0.5}, {"hits", "", 9}};
    const Harm harm = harm_of(recording({store}, 1), {0, 1});
    using Data = std::vector<std::pair<std::string, double>>;
    CHECK(harm.data == Data{{"redis.lost_writes", 7}, {"redis.lost", 2}});
    Harm other = harm;
    other.data[0].second = 3;
    CHECK(mean_harm({harm, other}).data[0].second == 5);
}

TEST_CASE("the longest outage is of slices in a row") {
    CHECK(longest_outage({}) == 0);
    CHECK(longest_outage({true, false, false, true, false}) == 2);
    CHECK(longest_outage({false, false, false}) == 3);
}
