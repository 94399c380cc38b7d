#include "models/redis/redis_member.h"

#include "models/redis/redis.h"

namespace models {

RedisMember::RedisMember(Redis& redis, std::uint32_t shard, std::uint32_t index)
    : redis_(redis),
      shard_(shard),
      index_(index),
      cpu_(redis.context().scheduler(), sim::Discipline::fcfs, redis.spec().threads) {}

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
