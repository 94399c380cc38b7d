// What is special about each balancer.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/balancers/join_shortest_queue.h"
#include "models/balancers/least_request.h"
#include "models/balancers/least_response_time.h"
#include "models/balancers/peak_ewma.h"
#include "models/balancers/power_of_two.h"
#include "models/balancers/prequal.h"
#include "models/balancers/round_robin.h"
#include "models/balancers/weighted_least_connections.h"
#include "models/balancers/weighted_round_robin.h"
#include "models/balancers/zone_aware.h"
#include "tests/models/balancers/picks.h"
#include "tests/support/chooser.h"
#include "tests/support/play.h"

using namespace picks;

namespace {

// nginx's smooth weighted round robin as it is written: over all peers, for each pick.
struct SmoothByDefinition {
    std::vector<double> weights;
    std::vector<double> currents = std::vector<double>(weights.size());

    std::uint32_t pick(const std::vector<std::uint32_t>& among) {
        double total = 0;
        std::uint32_t best = among.front();
        for (const std::uint32_t peer : among) {
            currents[peer] += weights[peer];
            total += weights[peer];
            if (currents[peer] > currents[best]) best = peer;
        }
        currents[best] -= total;
        return best;
    }
};

std::vector<double> random_weights(sim::Draws& draws, std::size_t count) {
    std::vector<double> weights;
    while (weights.size() < count) weights.push_back(1.0 + static_cast<double>(draws.below(5)));
    return weights;
}

}  // namespace

TEST_CASE("weighted_round_robin: 60,000 requests on 3/2/1 are 30,000, 20,000 and 10,000") {
    support::Chooser chooser(models::WeightedRoundRobin::Spec{});
    chooser.add_weighted({3, 2, 1});
    std::vector<int> counts(3);
    for (int number = 0; number < 60'000; ++number) ++counts[chooser.serve()];
    CHECK(counts == std::vector{30'000, 20'000, 10'000});
}

TEST_CASE("weighted_round_robin is nginx's order by definition, whoever comes and goes") {
    sim::Draws draws(1);
    for (int round = 0; round < 50; ++round) {
        const std::size_t size = 1 + draws.below(9);
        SmoothByDefinition expected{random_weights(draws, size)};
        support::Chooser chooser(models::WeightedRoundRobin::Spec{});
        chooser.add_weighted(expected.weights);
        for (int change = 0; change < 5; ++change) {
            std::vector<std::uint32_t> among;
            for (std::uint32_t peer = 0; peer < size; ++peer) {
                const bool there = peer == 0 || draws.chance(0.7);
                if (there) among.push_back(peer);
                there ? chooser.backends.enable(peer) : chooser.backends.disable(peer);
            }
            for (int pick = 0; pick < 40; ++pick) {
                REQUIRE(chooser.serve() == expected.pick(among));
            }
        }
    }
}

TEST_CASE("weighted_least_connections is nginx's least_conn by definition") {
    sim::Draws draws(2);
    for (int round = 0; round < 50; ++round) {
        const std::size_t size = 1 + draws.below(9);
        SmoothByDefinition ties{random_weights(draws, size)};
        support::Chooser chooser(models::WeightedLeastConnections::Spec{});
        chooser.add_weighted(ties.weights);
        std::vector<double> active(size);
        std::vector<std::pair<std::size_t, std::uint32_t>> open;
        for (int step = 0; step < 300; ++step) {
            if (!open.empty() && draws.chance(0.45)) {
                const std::size_t which = draws.below(open.size());
                chooser.close(open[which].first);
                --active[open[which].second];
                open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
                continue;
            }
            std::vector<std::uint32_t> tied{0};
            for (std::uint32_t peer = 1; peer < size; ++peer) {
                const std::uint32_t best = tied.front();
                const double one = active[peer] * ties.weights[best];
                const double other = active[best] * ties.weights[peer];
                if (one < other) tied.clear();
                if (one <= other) tied.push_back(peer);
            }
            const std::uint32_t expected = ties.pick(tied);
            open.push_back({chooser.opened(), expected});
            REQUIRE(chooser.open() == expected);
            ++active[expected];
        }
    }
}

TEST_CASE("round_robin goes on with the next, whoever comes and goes") {
    support::Chooser chooser(models::RoundRobin::Spec{});
    chooser.add_equal(4);
    Picks picks;
    for (int i = 0; i < 2; ++i) picks.push_back(chooser.serve());
    chooser.backends.disable(0);
    for (int i = 0; i < 3; ++i) picks.push_back(chooser.serve());
    chooser.backends.enable(0);
    for (int i = 0; i < 3; ++i) picks.push_back(chooser.serve());
    CHECK(picks == Picks{0, 1, 2, 3, 1, 2, 3, 0});
}

// 40,000 picks: five standard errors are 1.1 points.
TEST_CASE("of two backends least_request takes the busier in a quarter of its picks") {
    support::Chooser chooser(models::LeastRequest::Spec{});
    chooser.add_equal(2);
    chooser.backends.show_loads_live(false);
    chooser.backends.show_load(0, 3);
    CHECK(shares(picks_of_keys(chooser, 40'000), 2)[0] == doctest::Approx(0.25).epsilon(0.045));
}

// weight / (active + 1)^bias: 2 / 4 and 1 / 1.
TEST_CASE("with weights least_request takes turns in proportion to weight over load") {
    for (const auto& [bias, share] : {std::pair{1.0, 1.0 / 3}, {0.0, 2.0 / 3}, {2.0, 1.0 / 9}}) {
        support::Chooser chooser(models::LeastRequest::Spec{.active_request_bias = bias});
        chooser.add_weighted({2, 1});
        chooser.backends.show_loads_live(false);
        chooser.backends.show_load(0, 3);
        CHECK(shares(picks_of_keys(chooser, 900), 2)[0] == doctest::Approx(share).epsilon(0.01));
    }
}

TEST_CASE("of two backends power_of_two never takes the busier") {
    support::Chooser chooser(models::PowerOfTwo::Spec{});
    chooser.add_equal(2);
    chooser.backends.show_loads_live(false);
    chooser.backends.show_load(0, 3);
    // Unless 20 draws in a row were of the same one.
    CHECK(shares(picks_of_keys(chooser), 2)[0] < 1e-3);
}

TEST_CASE("join_shortest_queue takes any of the least busy, each as likely") {
    support::Chooser chooser(models::JoinShortestQueue::Spec{});
    chooser.add_equal(5);
    chooser.backends.show_loads_live(false);
    chooser.backends.show_load(1, 2);
    chooser.backends.show_load(4, 1);
    const auto got = shares(picks_of_keys(chooser, 40'000), 5);
    CHECK(got[1] + got[4] == 0);
    for (const std::size_t id : {0u, 2u, 3u}) CHECK(std::abs(got[id] - 1.0 / 3) < 0.012);
}

namespace {

// Places one request after another, each answered after the time that its backend takes.
Picks serve_with(support::Chooser& chooser, const std::vector<double>& milliseconds, int count) {
    struct Nothing final : sim::Event {
        void fire() override {}
    } nothing;
    Picks picks;
    for (int i = 0; i < count; ++i) {
        const auto taken = chooser.backends.take(about(static_cast<std::uint64_t>(i)));
        picks.push_back(taken.id);
        chooser.scheduler.after(sim::from_seconds(milliseconds[taken.id] / 1000), nothing);
        chooser.scheduler.step(sim::kForever);
        const models::Response answer;
        chooser.backends.give_back(taken, &answer);
    }
    return picks;
}

}  // namespace

TEST_CASE("balancers that look at latency leave a slow backend alone") {
    for (const models::BalancerChoice& choice : {models::BalancerChoice(models::PeakEwma::Spec{}),
                                                 {models::LeastResponseTime::Spec{}},
                                                 {models::Prequal::Spec{}}}) {
        support::Chooser chooser(choice);
        chooser.add_equal(5);
        const auto got = shares(serve_with(chooser, {2, 2, 40, 2, 2}, 2000), 5);
        CHECK_MESSAGE(got[2] < 0.05, choice.kind());
    }
}

// 100 ms decay to 2 ms in 10 s * log(50) = 39 s.
TEST_CASE("peak_ewma forgets a peak as it decays") {
    support::Chooser chooser(models::PeakEwma::Spec{});
    chooser.add_equal(2);
    serve_with(chooser, {100, 2}, 20);
    const auto within = shares(serve_with(chooser, {1, 2}, 2000), 2);
    CHECK(within[0] == 0);
    const auto later = shares(serve_with(chooser, {1, 2}, 40'000), 2);
    CHECK(later[0] > 0.3);
}

// Two zones, callers as many in each. 2 of 8 backends are here: a share of 1/4 against 1/2 of the
// callers, so half of the requests stay and the others go where there is room.
TEST_CASE("zone_aware keeps as many requests as the zone has backends for") {
    support::Chooser chooser(models::ZoneAware::Spec{});
    for (std::uint16_t i = 0; i < 8; ++i) {
        chooser.add({.zone = static_cast<std::uint16_t>(i < 2 ? 0 : 1)});
    }
    const auto got = shares(picks_of_keys(chooser, 40'000), 8);
    CHECK(std::abs(got[0] + got[1] - 0.5) < 0.0125);
    for (const std::size_t id : {2u, 3u, 4u, 5u, 6u, 7u})
        CHECK(std::abs(got[id] - 0.5 / 6) < 0.003);
}

TEST_CASE(
    "zone_aware stays at home when home has its share, and in a small cluster sees no zones") {
    support::Chooser home(models::ZoneAware::Spec{.zone = 1});
    for (std::uint16_t i = 0; i < 9; ++i) home.add({.zone = static_cast<std::uint16_t>(i % 3)});
    const auto at_home = shares(picks_of_keys(home, 900), 9);
    CHECK(at_home[1] + at_home[4] + at_home[7] == doctest::Approx(1));
    support::Chooser small(models::ZoneAware::Spec{.zone = 1});
    for (std::uint16_t i = 0; i < 5; ++i) small.add({.zone = static_cast<std::uint16_t>(i % 3)});
    for (const double share : shares(picks_of_keys(small, 900), 5)) {
        CHECK(share == doctest::Approx(0.2));
    }
}

// Least work left at servers of one core each is one line for all of them: the same requests with
// the same demands end at the same times.
TEST_CASE("perfect balancing of ten servers is one server with ten cores") {
    const auto station = [](const std::string& shape) {
        return R"({"run": {"measure": "30s"}, "nodes": {
            "clients": {"kind": "open_loop", "rate": "1700/s", "calls": "web"},
            "web": {"kind": "server", "scheduling": "fcfs", "threads": 100000,
                    "balancer": "perfect", "endpoints":
                    {"get": [{"work": {"kind": "exponential", "mean": "5ms"}}]}, )" +
               shape + "}}}";
    };
    const auto ten = support::play(station(R"("replicas": 10, "cores": 1)"));
    const auto one = support::play(station(R"("replicas": 1, "cores": 10)"));
    const auto& got = support::node(ten, "clients").latency.succeeded;
    const auto& expected = support::node(one, "clients").latency.succeeded;
    REQUIRE(got.count() == expected.count());
    CHECK(got.mean_seconds() == doctest::Approx(expected.mean_seconds()).epsilon(1e-9));
    CHECK(got.percentile(99) == expected.percentile(99));
}
