// Balancers that go by what a request is about: hashes of it.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "models/balancers/bounded_load.h"
#include "models/balancers/ip_hash.h"
#include "models/balancers/maglev.h"
#include "models/balancers/modulo.h"
#include "models/balancers/rendezvous.h"
#include "models/balancers/ring_hash.h"
#include "models/balancers/weighted_random.h"
#include "tests/models/balancers/picks.h"
#include "tests/support/chooser.h"
#include "tests/support/play.h"

using namespace picks;

namespace {

// Which went elsewhere, and which of those to somebody who was there before.
struct Moved {
    double share = 0;
    int between_old = 0;
};
Moved moved(const Picks& before, const Picks& after, std::uint32_t changed) {
    Moved moved;
    int count = 0;
    for (std::size_t key = 0; key < before.size(); ++key) {
        if (before[key] == after[key]) continue;
        ++count;
        moved.between_old += before[key] != changed && after[key] != changed ? 1 : 0;
    }
    moved.share = static_cast<double>(count) / static_cast<double>(before.size());
    return moved;
}

}  // namespace

TEST_CASE("weights are shares of what is drawn or hashed") {
    const std::vector<double> weights{1, 2, 3, 4};
    for (const models::BalancerChoice& choice : {
             models::BalancerChoice(models::WeightedRandom::Spec{}),
             models::BalancerChoice(models::Rendezvous::Spec{}),
             models::BalancerChoice(models::Maglev::Spec{}),
             models::BalancerChoice(models::RingHash::Spec{.virtual_nodes = 1000}),
         }) {
        support::Chooser chooser(choice);
        chooser.add_weighted(weights);
        const auto got = shares(picks_of_keys(chooser, 40'000), 4);
        // Five standard errors of 40,000 draws, and for the ring four of its 1,000 points a weight.
        for (std::size_t id = 0; id < 4; ++id) {
            const double share = weights[id] / 10;
            CHECK_MESSAGE(std::abs(got[id] - share) < 0.0125 + 0.126 * share / std::sqrt(id + 1.0),
                          choice.kind());
        }
    }
}

TEST_CASE("a new backend of five takes a fifth of the keys, and nobody else's move") {
    for (const models::BalancerChoice& choice : {
             models::BalancerChoice(models::Rendezvous::Spec{}),
             models::BalancerChoice(models::RingHash::Spec{.virtual_nodes = 1000}),
             models::BalancerChoice(models::RingHash::Spec{.layout = models::RingLayout::nginx,
             .virtual_nodes = 1000}),
         }) {
        support::Chooser chooser(choice);
        chooser.add_equal(4);
        const Picks before = picks_of_keys(chooser);
        chooser.add();
        const Moved came = moved(before, picks_of_keys(chooser), 4);
        CHECK_MESSAGE(came.between_old == 0, choice.kind());
        CHECK_MESSAGE(std::abs(came.share - 0.2) < 0.03, choice.kind());
        chooser.backends.disable(4);
        CHECK_MESSAGE(picks_of_keys(chooser) == before, choice.kind());
        chooser.backends.disable(1);
        CHECK_MESSAGE(moved(before, picks_of_keys(chooser), 1).between_old == 0, choice.kind());
    }
}

TEST_CASE("modulo: with five instead of four backends four keys in five move") {
    support::Chooser chooser(models::Modulo::Spec{});
    chooser.add_equal(4);
    const Picks before = picks_of_keys(chooser);
    chooser.add();
    // Five standard errors of 10,000 keys: 2 points.
    CHECK(std::abs(moved(before, picks_of_keys(chooser), 4).share - 0.8) < 0.02);
}

TEST_CASE("modulo and ip_hash: who takes no requests loses only its own") {
    const auto picks = [](support::Chooser& chooser) {
        Picks all;
        for (std::uint32_t i = 0; i < 2000; ++i) {
            models::Request request = from(i << 12);
            request.key = i;
            all.push_back(chooser.pick(request));
        }
        return all;
    };
    for (const models::BalancerChoice& choice :
         {models::BalancerChoice(models::Modulo::Spec{}), {models::IpHash::Spec{}}}) {
        support::Chooser chooser(choice);
        chooser.add_equal(5);
        const Picks before = picks(chooser);
        chooser.backends.disable(2);
        CHECK_MESSAGE(moved(before, picks(chooser), 2).between_old == 0, choice.kind());
        chooser.backends.enable(2);
        CHECK_MESSAGE(picks(chooser) == before, choice.kind());
    }
}

TEST_CASE("ip_hash: a whole /24 goes to one backend") {
    support::Chooser chooser(models::IpHash::Spec{});
    chooser.add_equal(8);
    const std::uint32_t first = chooser.pick(from(0x0a010200));
    for (std::uint32_t host = 0; host < 256; ++host) {
        CHECK(chooser.pick(from(0x0a010200 + host)) == first);
    }
}

TEST_CASE("bounded_load: nobody has more than its share of the open requests, rounded up") {
    constexpr double kFactor = 1.25;
    support::Chooser chooser(models::BoundedLoad::Spec{.factor = kFactor});
    chooser.add_equal(7);
    sim::Draws draws(3);
    std::vector<std::size_t> open;
    for (int step = 0; step < 3000; ++step) {
        if (!open.empty() && draws.chance(0.48)) {
            const std::size_t which = draws.below(open.size());
            chooser.close(open[which]);
            open.erase(open.begin() + static_cast<std::ptrdiff_t>(which));
            continue;
        }
        open.push_back(chooser.opened());
        // Half of all requests are about one item.
        const std::uint32_t id = chooser.open(about(draws.chance(0.5) ? 0 : draws.next()));
        const double limit = std::ceil(kFactor * static_cast<double>(open.size()) / 7);
        REQUIRE(chooser.backends.active(id) <= limit);
    }
}

TEST_CASE("bounded_load: while there is room a key keeps its backend") {
    support::Chooser chooser(models::BoundedLoad::Spec{});
    chooser.add_equal(10);
    const Picks before = picks_of_keys(chooser);
    chooser.backends.disable(4);
    CHECK(moved(before, picks_of_keys(chooser), 4).between_old == 0);
}

TEST_CASE("keys that move are counted, and those that need not have") {
    const auto moved_shares = [](const models::BalancerChoice& choice) {
        support::Chooser chooser(choice);
        chooser.add_equal(4);
        picks_of_keys(chooser);
        chooser.add();
        picks_of_keys(chooser);
        sim::NodeRecord record;
        chooser.backends.report(record);
        REQUIRE(record.measures.size() == 2);
        return std::pair(record.measures[0].value, record.measures[1].value);
    };
    // Of 4 to 5 by modulo 80 % move, and three quarters of these (15 of 20 remainders) between the
    // four that were there.
    const auto [modulo, modulo_needlessly] = moved_shares(models::Modulo::Spec{});
    CHECK(std::abs(modulo - 0.8) < 0.02);
    CHECK(std::abs(modulo_needlessly - 0.6) < 0.025);
    const auto [ring, ring_needlessly] =
        moved_shares(models::RingHash::Spec{.virtual_nodes = 1000});
    CHECK(std::abs(ring - 0.2) < 0.03);
    CHECK(ring_needlessly == 0);
}
