#include "models/redis/redis_member.h"

#include "models/redis/cluster_node.h"
#include "models/redis/redis.h"

namespace models {

// What needs no core time cannot be slowed; who is alone is cut off from nobody.
Abilities RedisSpec::suffers() const {
    Abilities all = abilities_of<RedisMember>();
    if (command_time == sim::Duration::zero()) all = all.without(Abilities::slowness());
    // Masters of a cluster watch each other.
    if (replicas == 0 && !is_cluster()) all = all.without(Abilities::partition());
    return all;
}

std::vector<std::string> RedisSpec::roles() const {
    std::vector<std::string> roles{std::string(kMasterRole)};
    if (replicas > 0) roles.emplace_back(kReplicaRole);
    return roles;
}

RedisMember::RedisMember(Redis& redis, At at)
    : redis_(redis),
      at_(std::move(at)),
      place_(redis.places().add(at_.name)),
      cpu_(redis.context().scheduler(), sim::Discipline::fcfs, redis.spec().threads),
      inbox_(redis.context().world, place_),
      sender_(redis.context(), &redis.links(), place_, at_.name + " bus"),
      replication_(redis, *this) {
    const double speed = speed_of(redis.spec().instances, at_.number);
    if (speed != 1) cpu_.set_speed(slow_.set_base(speed));
    if (redis.context().is_injected) injection_.emplace(redis.context().scheduler());
    inbox_.handle([this](const RedisMessage& message) { works_.run(work_on(message)); });
}

RedisMember::~RedisMember() = default;

void RedisMember::join_cluster() {
    cluster_ = std::make_unique<ClusterNode>(redis_, *this);
}

void RedisMember::dismiss() {
    works_.dismiss();
    replication_.dismiss();
    if (cluster_) cluster_->stop();
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

// --- what it is told ---

RedisMessage RedisMember::pong() const {
    RedisMessage pong;
    pong.kind = RedisMessage::Kind::pong;
    pong.from = number();
    pong.shard = shard();
    pong.about = replication_.master().number();
    pong.offset = replication_.data().offset;
    return pong;
}

// It waits for its turn of the thread, and takes no time of it to speak of: so being watched
// changes nothing of what users see.
sim::Task<void> RedisMember::work_on(RedisMessage message) {
    const std::uint32_t times = times_down();
    while (hangs()) co_await injection_->answers().pass();
    co_await cpu_.work(std::chrono::nanoseconds(1));
    if (!is_up() || times != times_down()) co_return;
    if (cluster_) {
        cluster_->take(message);
    } else {
        obey(message);
    }
}

void RedisMember::obey(const RedisMessage& message) {
    if (message.kind == RedisMessage::Kind::ping) {
        send(redis_.inbox_of_sentinel(message.from), pong());
    } else if (message.kind == RedisMessage::Kind::replica_of) {
        if (message.about == number()) return redis_.become_master(*this);
        redis_.become_replica(*this, redis_.member(message.about));
    }
}

// --- coming and going ---

void RedisMember::take_down() {
    if (!up_.take_down()) return;
    works_.dismiss();
    inbox_.close();
    replication_.died();
    redis_.went_down(*this);
}

void RedisMember::bring_up() {
    if (!up_.bring_up()) return;
    inbox_.open();
    redis_.came_up(*this);
}

Partitionable::Ways RedisMember::ways_to_others() {
    return redis_.places().ways_from(place());
}

}  // namespace models
