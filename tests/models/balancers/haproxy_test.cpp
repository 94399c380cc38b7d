// HAProxy's balancers: its ring, draws from it, bounded loads on it, and servers at their maxconn.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "models/balancers/haproxy_hash.h"
#include "models/balancers/haproxy_leastconn.h"
#include "models/balancers/haproxy_random.h"
#include "models/balancers/haproxy_roundrobin.h"
#include "models/balancers/haproxy_static_rr.h"
#include "tests/models/balancers/picks.h"
#include "tests/support/chooser.h"

using namespace picks;

// A real HAProxy 2.6.12 drew 28,000 of `balance random(1)` from eight servers of one weight, of
// which 3.5 standard errors are 0.007.
TEST_CASE("haproxy_random: servers of equal weight are drawn by their parts of the ring") {
    constexpr std::array kMeasured = {0.1374, 0.1161, 0.1124, 0.1282,
                                      0.1486, 0.1472, 0.1057, 0.1044};
    constexpr int kDraws = 400'000;
    support::Chooser chooser(models::HaproxyRandom::Spec{.draws = 1});
    chooser.add_equal(8);
    std::vector<double> shares(8);
    for (int i = 0; i < kDraws; ++i) shares[chooser.pick()] += 1.0 / kDraws;
    // The same parts, from points that lie evenly on the ring.
    models::HaproxyRing ring;
    std::vector<models::Candidate> servers(8);
    for (std::uint32_t id = 0; id < 8; ++id) servers[id].id = id;
    ring.set(servers);
    constexpr std::uint32_t kStep = 1U << 12U;
    std::vector<double> parts(8);
    for (std::uint64_t hash = 0; hash < (1ULL << 32U); hash += kStep) {
        parts[ring.nearest(static_cast<std::uint32_t>(hash))] += kStep / std::pow(2.0, 32);
    }
    for (std::size_t i = 0; i < 8; ++i) {
        CAPTURE(i);
        CHECK(std::abs(parts[i] - kMeasured[i]) < 0.007);
        const double error = std::sqrt(parts[i] * (1 - parts[i]) / kDraws);
        CHECK(std::abs(shares[i] - parts[i]) < 3.5 * error + 1e-4);
    }
}

TEST_CASE("haproxy_random: of several drawn the least busy one, and of equals the last") {
    support::Chooser chooser(models::HaproxyRandom::Spec{.draws = 1000});
    chooser.add_equal(3);
    for (int i = 0; i < 5; ++i) {
        std::array<std::uint32_t, 3> before = {
            chooser.backends.active(0), chooser.backends.active(1), chooser.backends.active(2)};
        const std::uint32_t chosen = chooser.open();
        CHECK(before[chosen] == std::ranges::min(before));
    }
}

// Its slots: of all requests there may be, this one included, the percentage of the mean.
TEST_CASE(
    "haproxy_hash: with a balance factor nobody has more than it, and without room nobody moves") {
    constexpr double kFactor = 150;
    support::Chooser bounded(models::HaproxyHash::Spec{
        .hash_type = models::HaproxyHashType::consistent, .hash_balance_factor = kFactor});
    support::Chooser free(
        models::HaproxyHash::Spec{.hash_type = models::HaproxyHashType::consistent});
    bounded.add_equal(8);
    free.add_equal(8);
    int moved = 0;
    for (std::uint64_t i = 1; i <= 4000; ++i) {
        // Half of them are about one item.
        const models::Request request = about(i % 2 == 0 ? 7 : i);
        const std::uint32_t chosen = bounded.open(request);
        moved += chosen == free.open(request) ? 0 : 1;
        const double slots = std::ceil(static_cast<double>(i) * kFactor / 100);
        CHECK(bounded.backends.active(chosen) <= static_cast<std::uint32_t>(slots / 8) + 1);
    }
    // The item's server has 150 % of an eighth and not more than a half.
    CHECK(moved > 1000);
    support::Chooser idle(models::HaproxyHash::Spec{
        .hash_type = models::HaproxyHashType::consistent, .hash_balance_factor = kFactor});
    idle.add_equal(8);
    for (std::uint64_t key = 0; key < 1000; ++key) {
        CHECK(idle.serve(about(key)) == free.pick(about(key)));
    }
}

// A server at its maxconn is passed over, and keeps its place: the policy goes on where it was.
// Taken out of the servers instead, roundrobin would begin anew at the first one each time.
TEST_CASE("HAProxy's policies keep their state over servers that are full") {
    SUBCASE("roundrobin") {
        support::Chooser chooser(models::HaproxyRoundrobin::Spec{});
        chooser.add_equal(4);
        std::vector<int> counts(4);
        // Each in turn is full for a while, the first one most of the time.
        for (int i = 0; i < 4000; ++i) {
            const std::uint32_t full = i % 2 == 0 ? 0 : static_cast<std::uint32_t>(i / 2 % 4);
            chooser.backends.set_full(full, true);
            const std::uint32_t chosen = chooser.serve();
            CHECK(chosen != full);
            ++counts[chosen];
            chooser.backends.set_full(full, false);
        }
        CHECK(*std::ranges::max_element(counts) < 1.5 * 4000 / 3);
        CHECK(counts[1] + counts[2] + counts[3] > 3400);
        CHECK(std::abs(counts[1] - counts[3]) < 400);
    }
    SUBCASE("static-rr") {
        support::Chooser chooser(models::HaproxyStaticRr::Spec{});
        chooser.add_equal(3);
        Picks picks{chooser.serve(), chooser.serve()};
        chooser.backends.set_full(2, true);
        picks.push_back(chooser.serve());
        chooser.backends.set_full(2, false);
        picks.push_back(chooser.serve());
        picks.push_back(chooser.serve());
        CHECK(picks == Picks{0, 1, 0, 1, 2});
    }
    SUBCASE("leastconn") {
        support::Chooser chooser(models::HaproxyLeastconn::Spec{});
        chooser.add_equal(3);
        CHECK(chooser.open() == 0);
        CHECK(chooser.open() == 1);
        chooser.backends.set_full(2, true);
        CHECK(chooser.open() == 0);
        chooser.backends.set_full(2, false);
        CHECK(chooser.open() == 2);
    }
    SUBCASE("with nobody left, the policy's word counts") {
        support::Chooser chooser(models::HaproxyRoundrobin::Spec{});
        chooser.add_equal(2);
        for (const std::uint32_t id : {0u, 1u}) chooser.backends.set_full(id, true);
        CHECK(chooser.serve() == 0);
        CHECK(chooser.serve() == 1);
    }
}
