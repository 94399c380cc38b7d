// What a message takes while a broker has it: message.h, ready_messages.h, unacknowledged.h.
#include <doctest/doctest.h>
#include <malloc.h>

#include <map>
#include <vector>

#include "models/queue_broker/unacknowledged.h"
#include "sim/rng.h"
#include "tests/models/queue_broker/broker_world.h"

using support::BrokerWorld;
namespace amqp = models::amqp;

namespace {

constexpr std::size_t kMessages = 200'000;

// Bytes on the heap that are in use, as the C library counts them.
double heap_in_use() {
    return static_cast<double>(mallinfo2().uordblks);
}

// Keeps nothing of what it gets.
class Ignorant final : public amqp::ChannelClient {
public:
    explicit Ignorant(amqp::VirtualHost& host) : channel(host, *this) {}
    void deliver(const amqp::Delivery&) override { ++delivered; }
    void confirm(std::uint64_t, bool) override {}
    void returned(std::uint64_t) override {}
    void closed() override {}

    std::uint64_t delivered = 0;
    amqp::ClientChannel channel;
};

}  // namespace

TEST_CASE("a message takes at most 64 bytes, ready, delivered, or come back") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    const amqp::Publication publication = world.publication(BrokerWorld::to("q"));
    const double before = heap_in_use();
    const auto bytes_each = [&] { return (heap_in_use() - before) / kMessages; };
    for (std::size_t i = 0; i < kMessages; ++i) world.publisher.channel.publish(publication);
    MESSAGE("ready: ", bytes_each());
    CHECK(bytes_each() <= 64);

    Ignorant consumer(world.host);
    consumer.channel.consume(queue, {});
    CHECK(consumer.delivered == kMessages);
    MESSAGE("delivered: ", bytes_each());
    CHECK(bytes_each() <= 64);

    consumer.channel.close();
    CHECK(world.host.queue(queue).ready() == kMessages);
    MESSAGE("come back: ", bytes_each());
    CHECK(bytes_each() <= 64);
    world.check_conserved();
}

TEST_CASE("a message that was acknowledged leaves its room to the next") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    const amqp::Publication publication = world.publication(BrokerWorld::to("q"));
    Ignorant consumer(world.host);
    consumer.channel.consume(queue, {.prefetch = 1000});
    double before = 0;
    for (std::uint64_t i = 1; i <= kMessages; ++i) {
        if (i == 1000) before = heap_in_use();
        world.publisher.channel.publish(publication);
        if (i > 100) consumer.channel.acknowledge(i - 100);
    }
    CHECK(consumer.channel.unacknowledged() == 100);
    // A page more or less.
    CHECK(heap_in_use() - before <= 1024);
}

TEST_CASE("what is not acknowledged is found by its tag, in whatever order it is taken") {
    sim::Draws draws(1);
    amqp::Unacknowledged entries;
    std::map<std::uint64_t, amqp::MessageId> expected;
    std::uint64_t tags = 0;
    for (int i = 0; i < 20'000; ++i) {
        const bool adds = expected.empty() || draws.chance(i < 10'000 ? 0.6 : 0.4);
        if (adds) {
            tags += 1;
            const auto message = static_cast<amqp::MessageId>(draws.below(1000));
            entries.add(tags, {.message = message});
            expected.emplace(tags, message);
            continue;
        }
        CHECK(entries.first() == expected.begin()->first);
        const std::uint64_t asked = draws.below(tags) + 1;
        CHECK(entries.contains(asked) == expected.contains(asked));
        const auto taken = expected.lower_bound(asked);
        if (taken == expected.end()) continue;
        CHECK(entries.take(taken->first).message == taken->second);
        expected.erase(taken);
        CHECK(entries.size() == expected.size());
    }
}
