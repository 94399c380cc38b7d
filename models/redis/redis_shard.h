// A master and its replicas: what is replicated, and what is lost when a replica takes over.
//
// Replication is asynchronous: a write is acknowledged when the master has it, and a replica gets
// it a while later. What a replica does not have when its master dies it never gets.
#pragma once

#include <deque>
#include <vector>

#include "models/redis/redis_member.h"
#include "sim/distribution.h"

namespace models {

class RedisShard {
public:
    using Key = RedisMember::Key;
    struct Lag {
        const sim::Distribution& delay;
        std::uint64_t stream;
    };

    RedisShard(std::vector<RedisMember*> members, Lag lag)
        : members_(std::move(members)), master_(members_.front()), lag_(lag) {}

    // The one that takes writes, up or not.
    RedisMember& master() const { return *master_; }
    const std::vector<RedisMember*>& members() const { return members_; }
    // An up member that may answer a read; null when there is none.
    RedisMember* reader(bool replicas, std::uint64_t draw) const;

    void write(Key key, std::uint64_t version, sim::Time now);
    void catch_up(RedisMember& replica, sim::Time now);

    void master_died(sim::Time now) { died_at_ = now; }
    // The replica that has most takes over; null when none is up. Tells how many writes are lost.
    RedisMember* promote(std::uint64_t& lost);
    // Replicas begin anew with what the master has.
    void resync(RedisMember& member);

private:
    struct Write {
        Key key;
        std::uint64_t version;
        sim::Time at;
    };

    std::uint64_t end() const { return first_ + log_.size(); }
    void trim();

    std::vector<RedisMember*> members_;
    RedisMember* master_;
    Lag lag_;
    std::deque<Write> log_;    // what some replica may lack
    std::uint64_t first_ = 0;  // number of its first write
    sim::Time died_at_ = sim::kForever;
};

}  // namespace models
