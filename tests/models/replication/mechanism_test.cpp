// What every replicated log is made of: suspicion, terms and votes, shipping.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "models/replication/log_shipping.h"
#include "models/replication/suspicion.h"
#include "models/steps/times.h"
#include "tests/support/raft_group.h"

using namespace std::chrono_literals;
using models::Ballot;
using models::LogShipping;
using models::Mailbox;
using support::RaftWorld;

namespace {

constexpr sim::Duration kLeast = 150ms;
constexpr sim::Duration kMost = 300ms;

// Two machines 5 ms apart, and a log that stays in the leader's hands for so long.
struct Shipped {
    explicit Shipped(sim::Duration time)
        : held(models::Times(models::spec::Constant<sim::Duration>{time}).build()) {
        box.handle([this](const int& record) {
            records.push_back(record);
            times.push_back(world.at.scheduler.now());
        });
    }

    RaftWorld world{2, "5ms"};
    sim::Distribution held;
    Mailbox<int> box{world.at.world, world.machines[1]};
    LogShipping<int> log{
        world.at.context, {world.places.links(), world.machines[0], box, "log"}, held};
    std::vector<int> records;
    std::vector<sim::Time> times;
};

}  // namespace

TEST_CASE("the oldest heartbeat that was not answered says how long one is silent") {
    models::Suspicion one;
    one.asked(sim::Time(1s));
    one.asked(sim::Time(2s));
    CHECK(one.unanswered(sim::Time(5s)) == 4s);
    one.heard(sim::Time(6s));
    CHECK(one.unanswered(sim::Time(9s)) == 0s);
    CHECK(one.silent(sim::Time(9s)) == 3s);
}

TEST_CASE("a vote a term, and no term goes back") {
    Ballot ballot;
    CHECK(ballot.grant({3, 1}));
    CHECK(ballot.grant({3, 1}));
    CHECK_FALSE(ballot.grant({3, 2}));
    CHECK_FALSE(ballot.grant({2, 2}));
    CHECK(ballot.term() == 3);
    CHECK(ballot.grant({4, 2}));
    CHECK_FALSE(ballot.hear(3));
    CHECK(ballot.term() == 4);
}

TEST_CASE("without a majority there is no leader, however many terms pass") {
    RaftWorld world(5, "15ms");
    const auto group = world.group({5, 2, kLeast, kMost});
    world.play(1min);
    CHECK(group->leaders.empty());
    CHECK(group->candidates.rbegin()->first > 100);
    CHECK(std::ranges::is_sorted(group->terms_seen_by_first));
}

TEST_CASE("a majority elects one leader, and never two in a term") {
    RaftWorld world(5, "15ms");
    for (std::uint64_t trial = 0; trial < 200; ++trial) {
        const auto group = world.group({5, 3, kLeast, kMost, trial});
        world.play(30s);
        CHECK_FALSE(group->leaders.empty());
    }
}

TEST_CASE("those who all time out at once split every vote") {
    RaftWorld world(4, "15ms");
    const auto group = world.group({4, 4, kLeast, kLeast});
    world.play(10s);
    CHECK(group->leaders.empty());
}

TEST_CASE("who is cut off elects nobody, and the others do") {
    RaftWorld world(3, "5ms");
    world.cut_off(0);
    const auto group = world.group({3, 3, kLeast, kMost});
    world.play(10s);
    REQUIRE_FALSE(group->leaders.empty());
    for (const auto& [term, leader] : group->leaders) CHECK(leader != 0);
}

TEST_CASE("a log arrives in order, and what was not sent dies with its leader") {
    Shipped it(20ms);
    it.log.ship(1, 100, 1);
    it.world.play(10ms);
    it.log.ship(2, 100, 2);
    it.world.play(12ms);  // the first is on its way, the second is not
    CHECK(it.log.unsent() == 1);
    it.log.stop();
    it.world.play(1s);
    CHECK(it.records == std::vector{1});
    CHECK(it.times == std::vector{sim::Time(25ms)});
}

TEST_CASE("a cut holds a log up, and after it all of it comes") {
    Shipped it(0s);
    const auto cut = it.world.cut_off(1);
    for (int record = 0; record < 3; ++record) it.log.ship(record, 100, 1);
    it.world.play(100ms);
    CHECK(it.records.empty());
    for (const models::FaultId each : cut) it.world.places.links().heal(each);
    it.world.play(1s);
    CHECK(it.records == std::vector{0, 1, 2});
}
