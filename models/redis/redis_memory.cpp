#include "models/redis/redis_memory.h"

#include <fmt/core.h>

#include "models/redis/redis.h"
#include "sim/sleep.h"

namespace models {

RedisMemory::RedisMemory(Redis& redis)
    : redis_(redis),
      refused_(redis.context(), "refused_by_memory"),
      killed_(redis.context(), "oom_killed") {}

void RedisMemory::start() {
    for (std::uint32_t i = 0; i < redis_.members(); ++i) grew(redis_.member(i));
}

double RedisMemory::bytes_of(const RedisMember& member) const {
    return static_cast<double>(member.data().keys) *
           static_cast<double>(redis_.spec().item_size.count);
}

bool RedisMemory::refuses_writes(const RedisMember& member) {
    const auto& most = redis_.spec().maxmemory;
    if (!most || bytes_of(member) <= static_cast<double>(most->count)) return false;
    ++refusals_;
    refused_.add();
    return true;
}

void RedisMemory::grew(RedisMember& member) {
    const auto& most = redis_.spec().memory;
    if (!most || !member.is_up() || bytes_of(member) <= static_cast<double>(most->count)) return;
    killed_.add();
    redis_.context().world.recorder.incident(member.name(), "OOMKilled",
                                             fmt::format("{} keys", member.data().keys));
    redis_.begin_watching();
    member.take_down();
    restarts_.run(restart(member));
}

sim::Task<void> RedisMemory::restart(RedisMember& member) {
    co_await sim::sleep(redis_.context().scheduler(), redis_.spec().restart_time);
    member.bring_up();
    grew(member);  // what its append-only file brings back may be too much again
}

void RedisMemory::use(sim::Uses& uses) const {
    const RedisSpec& spec = redis_.spec();
    const auto& most = spec.maxmemory ? spec.maxmemory : spec.memory;
    for (std::uint32_t i = 0; i < redis_.members(); ++i) {
        sim::Use use;
        use.size = most ? static_cast<double>(most->count) : 0;
        use.in_use = static_cast<std::uint64_t>(bytes_of(redis_.member(i)));
        use.refused = i == 0 ? refusals_ : 0;
        uses.push_back(use);
    }
}

double RedisMemory::used() const {
    double all = 0;
    for (std::uint32_t shard = 0; shard < redis_.shards(); ++shard) {
        all += bytes_of(redis_.master(shard));
    }
    return all;
}

}  // namespace models
