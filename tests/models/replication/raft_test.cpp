// One log on several members, whoever leads it: what is committed stays, and all apply the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "tests/support/raft_group.h"

using namespace std::chrono_literals;
using models::FaultId;
using models::Voter;
using support::RaftGroup;
using support::RaftWorld;

namespace {

// A group whose first member leads, and what is cut in its network.
class Voters {
public:
    Voters(std::uint32_t members, std::uint64_t seed)
        : world(members, "5ms"),
          group_(world.group({members, members, 150ms, 300ms, seed, true})) {}

    RaftGroup* operator->() { return group_.get(); }
    void cut_off(Voter one) {
        for (const FaultId each : world.cut_off(one)) cuts_.push_back(each);
    }
    void heal() {
        for (const FaultId each : cuts_) world.places.links().heal(each);
        cuts_.clear();
        for (Voter each = 0; each < group_->size(); ++each) group_->restart(each);
    }

    RaftWorld world;

private:
    std::unique_ptr<RaftGroup> group_;
    std::vector<FaultId> cuts_;
};

bool is_prefix(const std::vector<int>& one, const std::vector<int>& of) {
    return one.size() <= of.size() && std::equal(one.begin(), one.end(), of.begin());
}

}  // namespace

TEST_CASE("what a leader appends is everywhere after a round trip and the way of a commit") {
    Voters group(3, 1);
    group.world.play(100ms);
    group->propose(0, 7);
    group.world.play(10ms);  // there and back: the leader knows
    CHECK(group->applied(0) == std::vector{7});
    CHECK(group->applied(1).empty());
    group.world.play(5ms);
    CHECK(group->applied(1) == std::vector{7});
    CHECK(group->applied(2) == std::vector{7});
    group->stop();
}

TEST_CASE("a leader that is cut off commits nothing, and the others go on without it") {
    Voters group(5, 2);
    group.world.play(100ms);
    group.cut_off(0);
    group->propose(0, 1);
    group.world.play(2s);
    CHECK(group->applied(0).empty());
    REQUIRE(group->leaders.size() >= 2);
    const Voter leader = group->leaders.rbegin()->second;
    CHECK(leader != 0);
    group->propose(leader, 2);
    group.world.play(1s);
    CHECK(group->applied(leader) == std::vector{2});
    group.heal();
    group.world.play(2s);
    // What it had appended alone is gone.
    CHECK(group->applied(0) == std::vector{2});
    group->stop();
}

TEST_CASE("whatever is cut and whoever dies, all apply the same, and nothing twice") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Voters group(seed % 2 == 0 ? 5 : 3, seed);
        sim::Draws draws(sim::mix(seed));
        int value = 0;
        for (int step = 0; step < 400; ++step) {
            const auto one = static_cast<Voter>(draws.below(group->size()));
            const double what = draws.uniform();
            if (what < 0.04) group->crash(one);
            if (what >= 0.04 && what < 0.08) group.cut_off(one);
            if (what >= 0.08 && what < 0.14) group.heal();
            group->propose(static_cast<Voter>(draws.below(group->size())), ++value);
            group.world.play(25ms);
            for (Voter other = 0; other < group->size(); ++other) {
                const bool agree = is_prefix(group->applied(one), group->applied(other)) ||
                                   is_prefix(group->applied(other), group->applied(one));
                REQUIRE(agree);
            }
        }
        group.heal();
        group.world.play(3s);
        for (Voter other = 1; other < group->size(); ++other) {
            CHECK(group->applied(other) == group->applied(0));
        }
        CHECK(group->applied(0).size() > 100);
        std::vector<int> sorted = group->applied(0);
        std::ranges::sort(sorted);
        CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
        group->stop();
    }
}
