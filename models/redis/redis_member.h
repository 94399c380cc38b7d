// One machine of a Redis: its thread, what it has (redis_replication.h), and where it stands.
//
// All that reaches it takes a turn of its one thread, what others of its cluster and sentinels tell
// it too: so one that is too slow to answer them is taken to be down.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "models/failures/injection.h"
#include "models/instance_state.h"
#include "models/node.h"
#include "models/redis/redis_message.h"
#include "models/redis/redis_replication.h"
#include "sim/cpu.h"

namespace models {

class ClusterNode;
class Redis;

class RedisMember final : public Instance,
                          public Crashable,
                          public Slowable,
                          public Partitionable,
                          public Injectable,
                          public Hosted {
public:
    struct At {
        std::uint32_t number;  // among all, in the order in which they were made
        std::uint32_t shard;
        std::uint32_t index;  // among the machines of its shard; 0 is the first master
        std::string name;
    };
    RedisMember(Redis& redis, At at);
    ~RedisMember();

    Go enter(Call& call) override;
    Reply call(Request request) override;

    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    Ways ways_to_others() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Injection* injection() override { return injection_ ? &*injection_ : nullptr; }
    sim::Cpu& cores() override { return cpu_; }
    std::string_view role() const override;

    std::uint32_t number() const { return at_.number; }
    std::uint32_t shard() const { return at_.shard; }
    std::uint32_t index() const { return at_.index; }
    const std::string& name() const { return at_.name; }
    PlaceId place() const override { return place_; }
    sim::Cpu& cpu() { return cpu_; }
    bool hangs() const { return injection_ && injection_->hangs(); }
    RedisReplication& replication() { return replication_; }
    const RedisData& data() const { return replication_.data(); }
    bool leads() const { return replication_.leads(); }
    // Null where it is no node of a cluster.
    ClusterNode* cluster() { return cluster_.get(); }
    void join_cluster();
    void dismiss();

    // What others tell it.
    Mailbox<RedisMessage>& inbox() { return inbox_; }
    void send(Mailbox<RedisMessage>& to, const RedisMessage& message) {
        sender_.send(to, message, kRedisMessageBytes);
    }
    // Its own answer to a ping.
    RedisMessage pong() const;

    std::uint64_t requests = 0;
    // How far its history went when another became the master of its shard: what it took from then
    // on is its own.
    std::optional<std::uint64_t> forked_at;

private:
    sim::Task<void> work_on(RedisMessage message);
    void obey(const RedisMessage& message);

    Redis& redis_;
    At at_;
    PlaceId place_;
    sim::Cpu cpu_;
    std::optional<Injection> injection_;
    UpState up_;
    SpeedState slow_;
    Mailbox<RedisMessage> inbox_;
    Sender sender_;
    RedisReplication replication_;
    std::unique_ptr<ClusterNode> cluster_;
    sim::TaskGroup works_;
};

}  // namespace models
