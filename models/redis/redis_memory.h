// What the items of a Redis machine take of its memory: beyond maxmemory it refuses writes (policy
// noeviction, Redis' own default: server.c's processCommand answers OOM to what may need memory),
// and beyond its container's memory the kernel kills it.
#pragma once

#include <cstdint>

#include "models/calls/tally.h"
#include "sim/resource.h"
#include "sim/task_group.h"

namespace models {

class Redis;
class RedisMember;

class RedisMemory {
public:
    explicit RedisMemory(Redis& redis);

    // With what is there from the start.
    void start();
    bool refuses_writes(const RedisMember& member);
    // Kills its process when that is too much.
    void grew(RedisMember& member);
    void use(sim::Uses& uses) const;
    double used() const;  // bytes, of all masters
    void dismiss() { restarts_.dismiss(); }

private:
    double bytes_of(const RedisMember& member) const;
    sim::Task<void> restart(RedisMember& member);

    Redis& redis_;
    std::uint64_t refusals_ = 0;
    Tally refused_, killed_;
    sim::TaskGroup restarts_;
};

}  // namespace models
