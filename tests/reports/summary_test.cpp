#include "reports/summary.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace reports;
using namespace std::chrono_literals;

namespace {

// One client, a slice of a second each.
sim::Recording recording(const std::vector<sim::Slice>& slices, sim::Duration warm_up = {}) {
    sim::Recording made;
    made.slice = 1s;
    made.simulated = std::chrono::seconds(slices.size());
    made.warm_up = warm_up;
    sim::NodeRecord users;
    users.name = "users";
    users.is_client = true;
    users.slices = slices;
    made.nodes = {users};
    return made;
}

sim::Slice slice(std::uint32_t arrived, std::uint32_t finished, std::uint32_t succeeded) {
    return {arrived, finished, succeeded, 0, 0};
}

double up_share(const sim::Recording& made) {
    return summarise({&made, 1}).availability_by_time;
}

sim::Recording replication(std::uint64_t index, std::uint64_t succeeded, std::uint64_t failed,
                           sim::Duration latency) {
    sim::Recording made;
    made.seed = {42, static_cast<std::uint32_t>(index)};
    made.simulated = 110s;
    made.warm_up = 10s;
    made.events = 100 + index;
    made.fingerprint.add(index);
    sim::NodeRecord users;
    users.name = "users";
    users.is_client = true;
    users.totals.offered = succeeded + failed + 1;
    users.totals.ended = {succeeded, failed, 0, 0};
    users.totals.in_flight = 1;
    users.latency.succeeded.record_n(latency, succeeded);
    users.latency.failed.record_n(latency, failed);
    sim::NodeRecord web;
    web.name = "web";
    web.utilisation = 0.2 * static_cast<double>(index + 1);
    web.waiting_peak = 10 * index;
    web.cost_usd = 5;
    web.measures = {{"memory_peak", "1", 0.1 * static_cast<double>(index)}};
    made.nodes = {users, web};
    return made;
}

}  // namespace

TEST_CASE("a slice is up when 95 % of what ended in it succeeded") {
    CHECK(up_share(recording({slice(100, 100, 95)})) == 1);
    CHECK(up_share(recording({slice(100, 100, 94)})) == 0);
    CHECK(up_share(recording({slice(9, 9, 9), slice(9, 9, 0), slice(9, 9, 9), slice(9, 9, 9)})) ==
          0.75);
}

TEST_CASE("a slice in which nothing ended is up only when nobody waits") {
    CHECK(up_share(recording({slice(0, 0, 0)})) == 1);
    CHECK(up_share(recording({slice(5, 0, 0)})) == 0);
    CHECK(up_share(recording({slice(5, 4, 4), slice(0, 0, 0), slice(0, 1, 1), slice(0, 0, 0)})) ==
          0.75);
}

TEST_CASE("the warm-up is not part of the time that counts, but its waiting requests are") {
    CHECK(up_share(recording({slice(9, 9, 0), slice(9, 9, 9)}, 1s)) == 1);
    CHECK(up_share(recording({slice(9, 8, 8), slice(0, 0, 0)}, 1s)) == 0);
}

TEST_CASE("replications add up: counts are summed, loads and costs are means, peaks are peaks") {
    const std::vector<sim::Recording> both = {replication(0, 100, 0, 10ms),
                                              replication(1, 80, 20, 30ms)};
    const Summary sum = summarise(both);
    CHECK(sum.replications == 2);
    CHECK(sum.seed == 42);
    CHECK(sum.events == 201);
    CHECK(sum.totals.offered == 202);
    CHECK(sum.totals.of(sim::Outcome::succeeded) == 180);
    CHECK(sum.totals.in_flight == 2);
    CHECK(sum.availability == doctest::Approx(0.9));
    CHECK(sum.throughput_rps == doctest::Approx(0.9));  // 180 in two times 100 s
    CHECK(sum.latency.count() == 200);
    // 100 of 10 ms and 80 of 30 ms.
    CHECK(sum.latency.succeeded.mean_seconds() == doctest::Approx(3.4 / 180));
    CHECK(sum.cost_usd == doctest::Approx(5));
    CHECK(sum.cost_usd_per_month == doctest::Approx(5 * 36 * 730));  // $5 each 100 s
    const NodeSummary* web = sum.node("web");
    REQUIRE(web != nullptr);
    CHECK(*web->utilisation == doctest::Approx(0.3));
    CHECK(*web->waiting_peak == 10);
    REQUIRE(web->measures.size() == 1);
    CHECK(web->measures[0].value == doctest::Approx(0.05));
    CHECK(sum.node("nobody") == nullptr);
}

TEST_CASE("a summary of one replication is that replication, without intervals") {
    const sim::Recording one = replication(3, 50, 50, 20ms);
    const Summary sum = summarise({&one, 1});
    CHECK(sum.intervals.empty());
    CHECK(sum.fingerprint == one.fingerprint.hex());
    CHECK(sum.totals == one.nodes[0].totals);
    CHECK(sum.latency == one.nodes[0].latency);
}

TEST_CASE("two replications have an interval around their mean") {
    const std::vector<sim::Recording> both = {replication(0, 100, 0, 10ms),
                                              replication(1, 80, 20, 30ms)};
    const auto interval = summarise(both).intervals.at("availability");
    CHECK((interval.low + interval.high) / 2 == doctest::Approx(0.9));
    // t(0.975, 1) = 12.7062 times s / sqrt(2) = 0.1.
    CHECK((interval.high - interval.low) / 2 == doctest::Approx(1.27062).epsilon(1e-5));
}

TEST_CASE("the order of replications is part of the fingerprint") {
    const std::vector<sim::Recording> both = {replication(0, 1, 0, 1ms), replication(1, 1, 0, 1ms)};
    const std::vector<sim::Recording> turned = {both[1], both[0]};
    CHECK(summarise(both).fingerprint != summarise(turned).fingerprint);
    CHECK(summarise(both).fingerprint != summarise({both.data(), 1}).fingerprint);
}

TEST_CASE("a percentile needs ten observations beyond it") {
    CHECK(is_enough(1000, 99));
    CHECK_FALSE(is_enough(999, 99));
    CHECK(is_enough(20, 50));
    CHECK_FALSE(is_enough(9999, 99.9));
    CHECK_FALSE(is_enough(0, 50));
}
