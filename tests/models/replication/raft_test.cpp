// One log on several members, whoever leads it: what is committed stays, and all apply the same.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

#include "models/replication/raft.h"
#include "tests/support/raft_group.h"

using namespace std::chrono_literals;
using models::FaultId;
using models::Mailbox;
using models::PlaceId;
using models::Term;
using models::Voter;
using support::RaftWorld;

namespace {

using Message = models::RaftMessage<int>;

class Group {
public:
    Group(std::uint32_t members, std::uint64_t seed) : world(members, "5ms") {
        for (Voter each = 0; each < members; ++each) {
            members_.push_back(std::make_unique<Member>(*this, each, members, seed));
        }
        for (const auto& each : members_) each->raft.start();
    }

    // To any member; what nobody leads is not taken.
    void propose(Voter at, int value) {
        if (members_[at]->is_up) members_[at]->raft.propose(value);
    }
    void crash(Voter one) {
        if (!std::exchange(members_[one]->is_up, false)) return;
        members_[one]->box.close();
        members_[one]->raft.crash();
    }
    void restart(Voter one) {
        if (std::exchange(members_[one]->is_up, true)) return;
        members_[one]->box.open();
        members_[one]->raft.restart();
    }
    void cut_off(Voter one) {
        for (const FaultId each : world.cut_off(one)) cuts_.push_back(each);
    }
    void heal() {
        for (const FaultId each : cuts_) world.places.links().heal(each);
        cuts_.clear();
        for (Voter each = 0; each < members_.size(); ++each) restart(each);
    }
    const std::vector<int>& applied(Voter one) const { return members_[one]->applied; }
    std::size_t size() const { return members_.size(); }
    void stop() {
        for (const auto& each : members_) each->raft.stop();
    }

    RaftWorld world;
    std::map<Term, Voter> leaders;

private:
    struct Member final : models::RaftHost<int> {
        Member(Group& its, Voter number, std::uint32_t members, std::uint64_t seed)
            : group(its),
              self(number),
              box(its.world.at.world, its.world.machines[number]),
              sender(its.world.at.context, &its.world.places.links(), box.place(), "raft"),
              raft(*this, its.world.at.scheduler, number, seed, {members, 50ms, 150ms, true}) {
            box.handle([this](const Message& message) { raft.take(message); });
        }
        void apply(std::uint64_t, const int& value) override { applied.push_back(value); }
        void leads_now() override {
            const auto [leader, is_first] = group.leaders.emplace(raft.term(), self);
            CHECK(leader->second == self);
        }
        void leads_no_more() override {}
        bool stands_still() const override { return false; }
        void send(Voter to, Message message) override {
            sender.send(group.members_[to]->box, std::move(message), 100);
        }

        Group& group;
        Voter self;
        Mailbox<Message> box;
        models::Sender sender;
        bool is_up = true;
        std::vector<int> applied;
        models::RaftMember<int> raft;
    };

    std::vector<std::unique_ptr<Member>> members_;
    std::vector<FaultId> cuts_;
};

bool is_prefix(const std::vector<int>& one, const std::vector<int>& of) {
    return one.size() <= of.size() && std::equal(one.begin(), one.end(), of.begin());
}

}  // namespace

TEST_CASE("what a leader appends is everywhere after a round trip and the way of a commit") {
    Group group(3, 1);
    group.world.play(100ms);
    group.propose(0, 7);
    group.world.play(10ms);  // there and back: the leader knows
    CHECK(group.applied(0) == std::vector{7});
    CHECK(group.applied(1).empty());
    group.world.play(5ms);
    CHECK(group.applied(1) == std::vector{7});
    CHECK(group.applied(2) == std::vector{7});
    group.stop();
}

TEST_CASE("a leader that is cut off commits nothing, and the others go on without it") {
    Group group(5, 2);
    group.world.play(100ms);
    group.cut_off(0);
    group.propose(0, 1);
    group.world.play(2s);
    CHECK(group.applied(0).empty());
    REQUIRE(group.leaders.size() >= 2);
    const Voter leader = group.leaders.rbegin()->second;
    CHECK(leader != 0);
    group.propose(leader, 2);
    group.world.play(1s);
    CHECK(group.applied(leader) == std::vector{2});
    group.heal();
    group.world.play(2s);
    // What it had appended alone is gone.
    CHECK(group.applied(0) == std::vector{2});
    group.stop();
}

TEST_CASE("whatever is cut and whoever dies, all apply the same, and nothing twice") {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Group group(seed % 2 == 0 ? 5 : 3, seed);
        sim::Draws draws(sim::mix(seed));
        int value = 0;
        for (int step = 0; step < 400; ++step) {
            const auto one = static_cast<Voter>(draws.below(group.size()));
            const double what = draws.uniform();
            if (what < 0.04) group.crash(one);
            if (what >= 0.04 && what < 0.08) group.cut_off(one);
            if (what >= 0.08 && what < 0.14) group.heal();
            group.propose(static_cast<Voter>(draws.below(group.size())), ++value);
            group.world.play(25ms);
            for (Voter other = 0; other < group.size(); ++other) {
                const bool agree = is_prefix(group.applied(one), group.applied(other)) ||
                                   is_prefix(group.applied(other), group.applied(one));
                REQUIRE(agree);
            }
        }
        group.heal();
        group.world.play(3s);
        for (Voter other = 1; other < group.size(); ++other) {
            CHECK(group.applied(other) == group.applied(0));
        }
        CHECK(group.applied(0).size() > 100);
        std::vector<int> sorted = group.applied(0);
        std::ranges::sort(sorted);
        CHECK(std::ranges::adjacent_find(sorted) == sorted.end());
        group.stop();
    }
}
