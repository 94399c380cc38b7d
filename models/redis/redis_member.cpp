#include "models/redis/redis_member.h"

#include "models/redis/redis.h"

namespace models {

// What needs no core time cannot be slowed.
Abilities RedisSpec::suffers() const {
    const Abilities all = abilities_of<RedisMember>();
    const bool works = command_time > sim::Duration::zero();
    return works ? all : all.without(Abilities::slowness());
}

std::vector<std::string> RedisSpec::roles() const {
    std::vector<std::string> roles{std::string(kMasterRole)};
    if (replicas > 0) roles.emplace_back(kReplicaRole);
    return roles;
}

RedisMember::RedisMember(Redis& redis, std::uint32_t shard, std::uint32_t index)
    : redis_(redis),
      shard_(shard),
      index_(index),
      cpu_(redis.context().scheduler(), sim::Discipline::fcfs, redis.spec().threads) {
    if (redis.context().is_injected) injection_.emplace(redis.context().scheduler());
}

std::string_view RedisMember::role() const {
    return redis_.is_master(*this) ? kMasterRole : kReplicaRole;
}

Go RedisMember::enter(Call& call) {
    return redis_.enter(call);
}

Reply RedisMember::call(Request request) {
    return redis_.call(request);
}

void RedisMember::take_down() {
    if (up_.take_down()) redis_.went_down(*this);
}

void RedisMember::bring_up() {
    if (up_.bring_up()) redis_.came_up(*this);
}

}  // namespace models
