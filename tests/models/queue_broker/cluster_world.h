// Nodes of a broker on a network, and clients who publish and consume over it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/queue_broker/cluster.h"
#include "models/queue_broker/connection.h"
#include "tests/support/network_world.h"

namespace support {

namespace amqp = models::amqp;
using namespace std::chrono_literals;

class ClusterWorld;

// Consumes from a queue, if it is told to, whenever it is connected.
class TestUser final : public amqp::ConnectionUser {
public:
    TestUser(ClusterWorld& world, std::uint32_t node);

    void consume(amqp::QueueId queue, std::uint32_t prefetch) {
        consumes_ = {queue, prefetch};
        if (connection.is_open()) subscribe();
    }
    void publish(const std::string& queue, std::uint64_t identity, std::uint32_t bytes = 100);

    void opened() override {
        ++times_opened;
        if (consumes_) subscribe();
    }
    void deliver(const amqp::Delivery& delivery) override;
    void confirm(std::uint64_t number, bool is_accepted) override {
        confirmed.emplace_back(number, is_accepted);
        confirmed_at.push_back(now());
    }
    void returned(std::uint64_t number) override { returns.push_back(number); }
    void lost() override { ++times_lost; }

    std::vector<std::pair<std::uint64_t, bool>> confirmed;
    std::vector<sim::Time> confirmed_at;
    std::vector<std::uint64_t> returns;
    std::vector<std::uint64_t> received;
    std::vector<sim::Time> received_at;
    std::vector<std::uint64_t> tags;
    int times_opened = 0;
    int times_lost = 0;
    std::uint64_t redelivered = 0;
    bool acknowledges = false;  // at once
    bool requeues = false;
    amqp::Connection connection;

private:
    sim::Time now() const;
    void subscribe() { connection.consume(consumes_->first, {.prefetch = consumes_->second}); }

    ClusterWorld& world_;
    std::optional<std::pair<amqp::QueueId, std::uint32_t>> consumes_;
};

class ClusterWorld {
public:
    explicit ClusterWorld(const amqp::ClusterPlan& plan, const std::string& latency = "1ms")
        : at(R"({"regions": {"eu": {"zones": ["a"]}}, "same_zone": {"latency": ")" + latency +
             R"("}})"),
          cluster((at.world.can_fail = true, plan), at.context) {}
    ~ClusterWorld() { cluster.dismiss(); }

    amqp::QueueId queue(const std::string& name, amqp::QueueType type = amqp::QueueType::classic) {
        amqp::QueueSettings settings;
        settings.name = name;
        settings.type = type;
        return cluster.declare(settings);
    }
    TestUser& user(std::uint32_t node = 0) {
        users.push_back(std::make_unique<TestUser>(*this, node));
        return *users.back();
    }
    models::PlaceId client_place() {
        return cluster.places().add("client " + std::to_string(++clients_));
    }
    void play(sim::Duration time) { at.scheduler.run_until(at.scheduler.now() + time); }
    amqp::VirtualHost& host() { return cluster.host(); }
    const amqp::Fates& fates() { return cluster.host().fates(); }
    // That place from all the others, and they from it.
    void cut_off(models::PlaceId place) {
        const auto ways = cluster.places().ways_from(place);
        models::LinkEffect effect;
        effect.cuts = true;
        faults_.push_back(at.links.strike({{ways.from}, ways.to, effect}));
        faults_.push_back(at.links.strike({ways.to, {ways.from}, effect}));
    }
    void heal() {
        for (const auto each : std::exchange(faults_, {})) at.links.heal(each);
    }
    // As at fates.h, with what is not committed yet.
    void check_conserved() {
        std::uint64_t unpublished = 0;
        for (amqp::QueueId each = 0; each < host().queues(); ++each) {
            if (auto* const quorum = cluster.quorum(each)) unpublished += quorum->unpublished();
        }
        CHECK(fates().published == fates().routed + fates().unroutable + fates().returned);
        CHECK(fates().copies == fates().ended() + host().copies_there() + unpublished);
    }

    NetworkWorld at;
    amqp::Cluster cluster;
    std::vector<std::unique_ptr<TestUser>> users;

private:
    int clients_ = 0;
    std::vector<models::FaultId> faults_;
};

inline TestUser::TestUser(ClusterWorld& world, std::uint32_t node)
    : connection(world.cluster,
                 {&world.cluster.places().links(), world.client_place(),
                  "user " + std::to_string(world.users.size()), node},
                 *this),
      world_(world) {
    connection.open();
}

inline sim::Time TestUser::now() const {
    return world_.at.scheduler.now();
}

inline void TestUser::publish(const std::string& queue, std::uint64_t identity,
                              std::uint32_t bytes) {
    amqp::Publication publication;
    amqp::Envelope envelope;
    envelope.routing_key = queue;
    envelope.bytes = bytes;
    publication.message.envelope = world_.host().envelope(envelope);
    publication.message.identity = identity;
    publication.message.published = now();
    publication.number = identity;
    connection.publish(publication);
}

inline void TestUser::deliver(const amqp::Delivery& delivery) {
    received.push_back(delivery.message.identity);
    received_at.push_back(now());
    tags.push_back(delivery.tag);
    redelivered += delivery.is_redelivered();
    if (acknowledges) connection.acknowledge(delivery.tag);
    if (requeues) connection.nack(delivery.tag, false, true);
}

}  // namespace support
