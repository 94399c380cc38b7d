// Members of one log (models/replication/raft.h) on machines that are some way apart, and what is
// seen of their elections.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/network/mailbox.h"
#include "models/replication/member_places.h"
#include "models/replication/raft.h"
#include "tests/support/network_world.h"

namespace support {

class RaftWorld;

// Members that are not available never answer.
class RaftGroup {
public:
    using Message = models::RaftMessage<int>;

    struct Plan {
        std::uint32_t members;
        std::uint32_t available;
        sim::Duration least_timeout;
        sim::Duration most_timeout;
        std::uint64_t trial = 0;
        bool has_leader = false;  // the first one; else nobody has heard of any term
        sim::Duration heartbeat_interval = std::chrono::milliseconds(50);
    };

    RaftGroup(RaftWorld& world, const Plan& plan);

    // To any member; what nobody leads is not taken.
    void propose(models::Voter at, int value) {
        if (members_[at]->is_up) members_[at]->raft.propose(value);
    }
    void crash(models::Voter one) {
        if (!std::exchange(members_[one]->is_up, false)) return;
        members_[one]->box.close();
        members_[one]->raft.crash();
    }
    void restart(models::Voter one) {
        if (std::exchange(members_[one]->is_up, true)) return;
        members_[one]->box.open();
        members_[one]->raft.restart();
    }
    const std::vector<int>& applied(models::Voter one) const { return members_[one]->applied; }
    std::size_t size() const { return members_.size(); }
    void stop() {
        for (const auto& each : members_) each->raft.stop();
    }

    // By term: who leads, and since when; who stood.
    std::map<models::Term, models::Voter> leaders;
    std::map<models::Term, sim::Time> led_since;
    std::map<models::Term, std::set<models::Voter>> candidates;
    int votes = 0;  // asked for, and given or not: messages
    std::vector<models::Term> terms_seen_by_first;

private:
    struct Member final : models::RaftHost<int> {
        Member(RaftGroup& its, RaftWorld& world, models::Voter number, const Plan& plan);

        void apply(std::uint64_t, const int& value) override { applied.push_back(value); }
        void leads_now() override { group.leads(raft.term(), self); }
        void leads_no_more() override {}
        bool stands_still() const override { return false; }
        void send(models::Voter to, Message message) override;

        RaftGroup& group;
        models::Voter self;
        models::Mailbox<Message> box;
        models::Sender sender;
        bool is_up = true;
        std::vector<int> applied;
        models::RaftMember<int> raft;
    };

    void leads(models::Term term, models::Voter who) {
        const auto [leader, is_first] = leaders.emplace(term, who);
        CHECK(leader->second == who);
        if (is_first) led_since.emplace(term, now());
    }
    sim::Time now() const;

    RaftWorld& world_;
    std::vector<std::unique_ptr<Member>> members_;
};

// Machines that are so far apart, one way.
class RaftWorld {
public:
    RaftWorld(std::uint32_t count, const std::string& latency)
        : at(R"({"regions": {"eu": {"zones": ["a"]}}, "same_zone": {"latency": ")" + latency +
             R"("}})"),
          places(at.context) {
        for (std::uint32_t i = 0; i < count; ++i) {
            machines.push_back(places.add("machine " + std::to_string(i)));
        }
    }

    std::unique_ptr<RaftGroup> group(const RaftGroup::Plan& plan) {
        return std::make_unique<RaftGroup>(*this, plan);
    }
    // That machine from all the others, and they from it.
    std::vector<models::FaultId> cut_off(std::size_t machine) {
        const auto ways = places.ways_from(machines[machine]);
        models::LinkEffect effect;
        effect.cuts = true;
        return {ways.links.strike({{ways.from}, ways.to, effect}),
                ways.links.strike({ways.to, {ways.from}, effect})};
    }
    void play(sim::Duration time) { at.scheduler.run_until(at.scheduler.now() + time); }

    NetworkWorld at;
    models::MemberPlaces places;
    std::vector<models::PlaceId> machines;
};

inline RaftGroup::Member::Member(RaftGroup& its, RaftWorld& world, models::Voter number,
                                 const Plan& plan)
    : group(its),
      self(number),
      box(world.at.world, world.machines[number]),
      sender(world.at.context, &world.places.links(), box.place(), "raft"),
      raft(*this, world.at.scheduler, number, plan.trial,
           {plan.members, plan.heartbeat_interval, plan.least_timeout, true,
            sim::seconds(plan.most_timeout) / sim::seconds(plan.least_timeout) - 1}) {
    box.handle([this](const Message& message) {
        raft.take(message);
        if (self == 0) group.terms_seen_by_first.push_back(raft.term());
    });
}

// A leader tells the others so at once.
inline void RaftGroup::Member::send(models::Voter to, Message message) {
    using Kind = Message::Kind;
    if (message.kind == Kind::append) group.leads(message.term, self);
    if (message.kind == Kind::vote_request) group.candidates[message.term].insert(self);
    group.votes += message.kind == Kind::vote_request || message.kind == Kind::vote;
    sender.send(group.members_[to]->box, std::move(message), 100);
}

inline RaftGroup::RaftGroup(RaftWorld& world, const Plan& plan) : world_(world) {
    for (models::Voter each = 0; each < plan.members; ++each) {
        members_.push_back(std::make_unique<Member>(*this, world, each, plan));
    }
    for (models::Voter each = 0; each < plan.members; ++each) {
        if (each >= plan.available) {
            members_[each]->box.close();
        } else if (plan.has_leader) {
            members_[each]->raft.start();
        } else {
            members_[each]->raft.restart();
        }
    }
}

inline sim::Time RaftGroup::now() const {
    return world_.at.scheduler.now();
}

}  // namespace support
