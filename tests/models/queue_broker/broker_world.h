// A virtual host without cores and network, and a client who writes down what he is told.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/queue_broker/virtual_host.h"

namespace support {

namespace amqp = models::amqp;
using namespace std::chrono_literals;

class TestClient final : public amqp::ChannelClient {
public:
    explicit TestClient(amqp::VirtualHost& host) : channel(host, *this) {}

    void deliver(const amqp::Delivery& delivery) override { deliveries.push_back(delivery); }
    void confirm(std::uint64_t number, bool is_accepted) override {
        confirms.emplace_back(number, is_accepted);
    }
    void returned(std::uint64_t number) override { returns.push_back(number); }
    void closed() override { was_closed = true; }

    // Of what was delivered, and forgotten then.
    std::vector<std::uint64_t> taken() {
        std::vector<std::uint64_t> identities;
        for (const auto& each : std::exchange(deliveries, {})) {
            identities.push_back(each.message.identity);
        }
        return identities;
    }

    std::vector<std::uint64_t> taken_tags() {
        std::vector<std::uint64_t> tags;
        for (const auto& each : std::exchange(deliveries, {})) tags.push_back(each.tag);
        return tags;
    }

    std::vector<amqp::Delivery> deliveries;
    std::vector<std::pair<std::uint64_t, bool>> confirms;
    std::vector<std::uint64_t> returns;
    bool was_closed = false;
    amqp::ClientChannel channel;
};

class BrokerWorld {
public:
    explicit BrokerWorld(const amqp::Limits& limits = {}) : host(scheduler, limits) {}

    amqp::QueueId queue(const std::string& name) {
        amqp::QueueSettings settings;
        settings.name = name;
        return host.declare(settings);
    }
    amqp::ExchangeId exchange(const std::string& name, amqp::ExchangeType type) {
        return host.exchanges().declare(name, type);
    }
    void bind(amqp::ExchangeId exchange, amqp::QueueId queue, const std::string& key) {
        host.exchanges()[exchange].bind({queue, key});
    }

    // By somebody who does not consume.
    void publish(const amqp::Envelope& envelope, std::uint64_t identity = 0,
                 std::uint32_t bytes = 100) {
        publisher.channel.publish(publication(envelope, identity, bytes));
    }
    void publish_to(const std::string& queue, std::uint64_t identity = 0) {
        publish(to(queue), identity);
    }
    amqp::Publication publication(amqp::Envelope envelope, std::uint64_t identity = 0,
                                  std::uint32_t bytes = 100) {
        envelope.bytes = bytes;
        amqp::Publication publication;
        publication.message.identity = identity;
        publication.message.published = scheduler.now();
        publication.message.envelope = host.envelope(envelope);
        return publication;
    }
    // By the default exchange.
    static amqp::Envelope to(const std::string& queue) {
        amqp::Envelope envelope;
        envelope.routing_key = queue;
        return envelope;
    }
    void play(sim::Duration time) { scheduler.run_until(scheduler.now() + time); }

    // What is written at fates.h.
    void check_conserved() {
        const amqp::Fates& fates = std::as_const(host).fates();
        CHECK(fates.published == fates.routed + fates.unroutable + fates.returned);
        CHECK(fates.copies == fates.ended() + host.copies_there());
        CHECK(amqp::Fates::sum(fates.dead_lettered) == fates.dead_letters_routed +
                                                           fates.dead_letters_unroutable +
                                                           fates.dead_letters_in_cycle);
        CHECK((host.copies_there() == 0) == (host.messages().size() == 0));
    }

    sim::Scheduler scheduler;
    amqp::VirtualHost host;
    TestClient publisher{host};
};

}  // namespace support
