// A group that elects a leader as Raft does, with nothing but terms, votes and messages: for tests
// of those. Members that are not available never answer. No heartbeats, no logs.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/network/mailbox.h"
#include "models/replication/election.h"
#include "models/replication/member_places.h"
#include "sim/timer.h"
#include "tests/support/network_world.h"

namespace support {

class RaftGroup {
public:
    struct Plan {
        std::uint32_t members;
        std::uint32_t available;
        sim::Duration least_timeout;
        sim::Duration most_timeout;
        std::uint64_t trial = 0;
    };

    RaftGroup(NetworkWorld& at, models::MemberPlaces& places,
              const std::vector<models::PlaceId>& machines, const Plan& plan)
        : at_(at), plan_(plan) {
        for (std::uint32_t i = 0; i < plan.members; ++i) {
            members_.push_back(std::make_unique<Member>(*this, places, machines[i], i));
        }
        for (std::uint32_t i = plan.available; i < plan.members; ++i) members_[i]->box.close();
        for (std::uint32_t i = 0; i < plan.available; ++i) members_[i]->wait();
    }

    // By term: who leads, and how many stood.
    std::map<models::Term, models::Voter> leaders;
    std::map<models::Term, int> candidates;
    int messages = 0;
    std::vector<models::Term> terms_seen_by_first;

private:
    struct Message {
        bool is_request;
        models::Term term;
        models::Voter from;
        bool granted;
    };

    class Member final : public sim::Event {
    public:
        Member(RaftGroup& group, models::MemberPlaces& places, models::PlaceId place,
               models::Voter self)
            : box(group.at_.world, place),
              group_(group),
              sender_(group.at_.context, &places.links(), place, "raft"),
              timer_(group.at_.scheduler),
              draws_(sim::request_key(self, group.plan_.trial)),
              self_(self),
              poll_(group.plan_.members) {
            box.handle([this](const Message& message) { take(message); });
        }

        void wait() {
            const sim::Duration range = group_.plan_.most_timeout - group_.plan_.least_timeout;
            const double share = draws_.uniform();
            timer_.start(
                group_.plan_.least_timeout + sim::from_seconds(sim::seconds(range) * share),
                static_cast<sim::Event&>(*this));
        }

        models::Mailbox<Message> box;

    private:
        void fire() override {
            timer_.fired();
            const models::Term term = ballot_.stand(self_);
            ++group_.candidates[term];
            poll_ = models::Poll(group_.plan_.members);
            poll_.cast(self_, true);
            wait();
            for (const auto& each : group_.members_) {
                if (each.get() != this) send(*each, {true, term, self_, false});
            }
            count();
        }

        void take(const Message& message) {
            if (ballot_.hear(message.term)) poll_ = models::Poll(group_.plan_.members);
            if (self_ == 0) group_.terms_seen_by_first.push_back(ballot_.term());
            if (!message.is_request) {
                if (message.term == ballot_.term()) poll_.cast(message.from, message.granted);
                return count();
            }
            const bool granted = ballot_.grant({message.term, message.from});
            if (granted) wait();
            send(*group_.members_[message.from], {false, ballot_.term(), self_, granted});
        }

        void count() {
            if (ballot_.vote() != self_ || !poll_.is_won()) return;
            timer_.stop();
            const auto [leader, is_first] = group_.leaders.emplace(ballot_.term(), self_);
            CHECK(leader->second == self_);
        }

        void send(Member& to, const Message& message) {
            ++group_.messages;
            sender_.send(to.box, message, 64);
        }

        RaftGroup& group_;
        models::Sender sender_;
        sim::Timer timer_;
        sim::Draws draws_;
        models::Voter self_;
        models::Ballot ballot_;
        models::Poll poll_;
    };

    NetworkWorld& at_;
    Plan plan_;
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
        return std::make_unique<RaftGroup>(at, places, machines, plan);
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

}  // namespace support
