// Who callers take for the masters: those of one zone know the same, as of what they were told
// last.
//
// They hear of a new master from whoever sends them on, from sentinels that reach them, and by
// asking after a call of theirs failed or was given up: a node of the cluster, or a sentinel,
// chosen at random, and the next one when that does not answer. Not modelled: the time that asking
// one takes that is not reached.
#pragma once

#include <cstdint>
#include <vector>

#include "models/network/mailbox.h"
#include "models/replication/election.h"
#include "models/request.h"
#include "sim/task_group.h"

namespace models {

class Redis;
class RedisMember;

class RedisClients {
public:
    explicit RedisClients(Redis& redis);

    // From the start.
    void know_all();
    void dismiss() { asking_.dismiss(); }

    // Whether there are links between this caller and the machines.
    bool has_way(const Request& request) const;
    PlaceId place_of(const Request& request) const;
    RedisMember& master_of(std::uint32_t shard, const Request& request) const;

    void learn(const Request& request, std::uint32_t shard, std::uint32_t master, Term since);
    void ask(const Request& request);
    // A sentinel there says that it has changed.
    void hear(PlaceId from, std::uint32_t master, Term since);

private:
    struct Known {
        std::uint32_t master;
        Term since;
    };

    std::size_t zone_of(const Request& request) const;
    PlaceId place(std::size_t zone) const;
    void learn(std::size_t zone, std::uint32_t shard, Known known);
    sim::Task<void> learn_later(std::size_t zone, Known known, sim::Time when);
    sim::Task<void> ask_someone(std::size_t zone);
    sim::Task<bool> ask_one(std::size_t zone, std::uint32_t one);

    Redis& redis_;
    std::uint64_t stream_;
    std::uint64_t asked_ = 0;
    std::vector<std::vector<Known>> known_;  // by zone, then by shard
    std::vector<bool> is_asking_;            // by zone
    sim::TaskGroup asking_;
};

}  // namespace models
