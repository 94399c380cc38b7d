// A node of a Redis Cluster: whom it takes to have failed, who is the master of which slots as far
// as it knows, and what it does when its own master has failed (Redis 7, cluster_legacy.c).
//
// It pings each of the others at least every half cluster-node-timeout. Who owes it an answer for a
// whole one has failed, possibly (PFAIL); pings and pongs tell the others so, and when more than
// half of the masters say it, it has (FAIL), and all are told. A replica of a master that has
// failed waits 500 ms, up to 500 ms more by chance and a second for each replica that has more, and
// asks all masters for their vote in the next epoch; with more than half of them it is the master.
// A master that does not reach more than half of them takes no commands (CLUSTERDOWN).
//
// Not modelled: replicas that refuse to stand as they heard too long ago of their master
// (cluster-replica-validity-factor), replica migration, manual failover.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "models/redis/redis_message.h"
#include "models/replication/suspicion.h"
#include "sim/rng.h"
#include "sim/timer.h"

namespace models {

class Redis;
class RedisMember;

class ClusterNode final : sim::Event {
public:
    struct Known {
        std::uint32_t member;
        Term since = 0;  // the epoch in which it became the master
    };

    ClusterNode(Redis& redis, RedisMember& self);

    void start();
    void stop() { timer_.stop(); }
    // Its process is a new one: it suspects nobody yet.
    void restarted();
    void take(const RedisMessage& message);
    // A slot has another owner.
    void slots_moved() { update_state(); }

    // CLUSTERDOWN: it answers no commands.
    bool refuses() const { return refuses_; }
    const Known& master_of(std::uint32_t shard) const { return masters_[shard]; }

private:
    using Kind = RedisMessage::Kind;

    struct Peer {
        Suspicion heard;
        bool is_closed = false;
        bool may_have_failed = false;
        bool has_failed = false;
        sim::Time failed_at{};
        std::uint64_t offset = 0;
        std::optional<sim::Time> voted_at;  // for a replica of it
        // Which masters say that it has failed, possibly, and when they said so last.
        std::vector<std::pair<std::uint32_t, sim::Time>> reports;

        bool is_reached() const { return !may_have_failed && !has_failed; }
    };

    // What it stands for as a replica.
    struct Standing {
        sim::Time at{};
        bool is_planned = false;
        bool has_asked = false;
        Term epoch = 0;
        std::optional<Poll> poll;
    };

    void fire() override;
    void look();
    void ping(std::uint32_t to);
    void ping_someone();
    RedisMessage message(Kind kind);
    void send(std::uint32_t to, const RedisMessage& message);
    void broadcast(const RedisMessage& message);

    void take_header(const RedisMessage& message);
    void take_gossip(const RedisMessage& message);
    void heard(std::uint32_t from);
    void believe(const RedisMessage& message);
    void adopt(std::uint32_t shard, Known known);
    void judge(std::uint32_t about);
    void failed(std::uint32_t about);
    void vote_for(const RedisMessage& request);

    void stand();
    std::uint32_t rank() const;
    void count_votes();

    bool is_voter(std::uint32_t member) const;
    std::size_t voters() const;
    void update_state();

    Redis& redis_;
    RedisMember& self_;
    sim::Duration timeout_;
    sim::Draws draws_;
    sim::Timer timer_;
    std::uint64_t ticks_ = 0;
    std::vector<Peer> peers_;     // by member
    std::vector<Known> masters_;  // by shard
    Ballot ballot_;
    Standing standing_;
    bool is_changed_ = true;     // what the state follows from, since it was worked out
    bool has_suspects_ = false;  // some peer may not be reached
    bool has_reports_ = false;   // some peer may have been reported
    bool refuses_ = false;
    std::optional<sim::Time> in_minority_at_;
};

}  // namespace models
