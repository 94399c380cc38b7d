// Delivery, acknowledgement and requeueing: models/queue_broker/queue.h, client_channel.h.
#include <doctest/doctest.h>

#include <map>
#include <vector>

#include "tests/models/queue_broker/broker_world.h"

using support::BrokerWorld;
using support::TestClient;
namespace amqp = models::amqp;
using namespace std::chrono_literals;
using Identities = std::vector<std::uint64_t>;

TEST_CASE("messages are delivered in order, as many as the prefetch allows") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    for (std::uint64_t i = 1; i <= 5; ++i) world.publish_to("q", i);
    TestClient client(world.host);
    client.channel.consume(queue, {.prefetch = 2});
    CHECK(client.taken() == Identities{1, 2});
    CHECK(world.host.queue(queue).ready() == 3);
    CHECK(world.host.queue(queue).unacknowledged() == 2);
    client.channel.acknowledge(2);
    CHECK(client.taken() == Identities{3});
    client.channel.acknowledge(3, true);
    CHECK(client.taken() == Identities{4, 5});
    client.channel.acknowledge(5, true);
    CHECK(world.host.fates().acknowledged == 5);
    world.check_conserved();
}

TEST_CASE("without a prefetch, or without acknowledgements, all is delivered at once") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    for (std::uint64_t i = 1; i <= 50; ++i) world.publish_to("q", i);
    TestClient client(world.host);
    client.channel.consume(queue, {.prefetch = 0});
    CHECK(client.taken().size() == 50);
    client.channel.acknowledge(50, true);

    TestClient automatic(world.host);
    client.channel.cancel(0);
    automatic.channel.consume(queue, {.prefetch = 1, .acknowledges = false});
    for (std::uint64_t i = 1; i <= 50; ++i) world.publish_to("q", i);
    CHECK(automatic.taken().size() == 50);
    CHECK(world.host.fates().acknowledged == 100);
    world.check_conserved();
}

TEST_CASE("consumers take turns, and one whose prefetch is used up loses its turn") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    TestClient one(world.host), two(world.host), three(world.host);
    one.channel.consume(queue, {.prefetch = 1});
    two.channel.consume(queue, {.prefetch = 3});
    three.channel.consume(queue, {.prefetch = 100});
    for (std::uint64_t i = 1; i <= 9; ++i) world.publish_to("q", i);
    CHECK(one.taken() == Identities{1});
    CHECK(two.taken() == Identities{2, 4, 6});
    CHECK(three.taken() == Identities{3, 5, 7, 8, 9});
    // Whoever has room again stands at the end of the line.
    one.channel.acknowledge(1);
    two.channel.acknowledge(3, true);
    for (std::uint64_t i = 10; i <= 12; ++i) world.publish_to("q", i);
    CHECK(three.taken() == Identities{10});
    CHECK(one.taken() == Identities{11});
    CHECK(two.taken() == Identities{12});
}

TEST_CASE("what comes back is delivered again from where it was, and says so") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    for (std::uint64_t i = 1; i <= 6; ++i) world.publish_to("q", i);
    TestClient client(world.host);
    client.channel.consume(queue, {.prefetch = 4});
    CHECK(client.taken() == Identities{1, 2, 3, 4});
    // 2 goes before 5 and 6, which came later.
    client.channel.nack(2, false, true);
    REQUIRE(client.deliveries.size() == 1);
    CHECK(client.deliveries.front().is_redelivered());
    CHECK(client.taken() == Identities{2});
    // All up to the third: in the order of the queue, not in that of the tags.
    client.channel.cancel(0);
    client.channel.nack(5, true, true);
    TestClient other(world.host);
    other.channel.consume(queue, {});
    CHECK(other.deliveries[3].is_redelivered());
    CHECK_FALSE(other.deliveries[4].is_redelivered());
    CHECK(other.taken() == Identities{1, 2, 3, 4, 5, 6});
    CHECK(world.host.fates().redelivered == 5);
    world.check_conserved();
}

TEST_CASE("a consumer that dies gives back all that it has not acknowledged") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    for (std::uint64_t i = 1; i <= 10; ++i) world.publish_to("q", i);
    TestClient dies(world.host), lives(world.host);
    dies.channel.consume(queue, {.prefetch = 5});
    lives.channel.consume(queue, {.prefetch = 100});
    CHECK(lives.taken() == Identities{6, 7, 8, 9, 10});
    dies.channel.acknowledge(2);
    dies.channel.close();
    CHECK(lives.taken() == Identities{1, 3, 4, 5});
    CHECK(world.host.fates().redelivered == 4);
    CHECK(world.host.queue(queue).consumers() == 1);
    lives.channel.acknowledge(9, true);
    CHECK(world.host.fates().acknowledged == 10);
    world.check_conserved();
}

TEST_CASE("a delivery tag that is not there closes the channel") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    world.publish_to("q", 1);
    TestClient client(world.host);
    client.channel.consume(queue, {});
    client.channel.acknowledge(1);
    client.channel.acknowledge(1);
    CHECK(client.was_closed);
    CHECK_FALSE(client.channel.is_open());
    CHECK(world.host.fates().acknowledged == 1);
}

TEST_CASE("a message that is not acknowledged in 30 minutes closes its channel at the next tick") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    TestClient client(world.host);
    world.play(20s);
    client.channel.consume(queue, {});
    world.play(10min);
    world.publish_to("q", 1);
    world.play(1s);
    world.publish_to("q", 2);
    // Channels look once a minute, from when they were opened: at 41 min.
    world.play(30min + 38s);
    CHECK_FALSE(client.was_closed);
    CHECK(world.host.queue(queue).ready() == 0);
    world.play(2s);
    CHECK(client.was_closed);
    CHECK(world.host.queue(queue).ready() == 2);
    world.check_conserved();
}

TEST_CASE("whoever acknowledges in time keeps his channel") {
    BrokerWorld world;
    const auto queue = world.queue("q");
    TestClient client(world.host);
    client.channel.consume(queue, {.prefetch = 1});
    for (std::uint64_t i = 1; i <= 20; ++i) world.publish_to("q", i);
    for (std::uint64_t i = 1; i <= 20; ++i) {
        world.play(29min);
        client.channel.acknowledge(i);
    }
    CHECK_FALSE(client.was_closed);
    CHECK(world.host.fates().acknowledged == 20);
}

TEST_CASE("higher priorities are first; no priority is the lowest, too high a one the highest") {
    BrokerWorld world;
    amqp::QueueSettings settings;
    settings.name = "q";
    settings.max_priority = 200;
    const auto queue = world.host.declare(settings);
    amqp::Envelope envelope = BrokerWorld::to("q");
    const std::vector<std::uint8_t> priorities = {0, 3, 70, 255, 200, 3, 0, 130};
    for (std::size_t i = 0; i < priorities.size(); ++i) {
        envelope.priority = priorities[i];
        world.publish(envelope, i);
    }
    TestClient client(world.host);
    client.channel.consume(queue, {.prefetch = 3});
    CHECK(client.taken() == Identities{3, 4, 7});
    client.channel.nack(2, false, true);
    CHECK(client.taken() == Identities{4});
    client.channel.acknowledge(4, true);
    CHECK(client.taken() == Identities{2, 1, 5});
    client.channel.acknowledge(7, true);
    CHECK(client.taken() == Identities{0, 6});
    world.check_conserved();
}

TEST_CASE("a message that is kept takes 64 bytes, whatever its publisher wrote on it") {
    CHECK(sizeof(amqp::Message) + sizeof(amqp::Entry) <= 64);
    BrokerWorld world;
    world.queue("q");
    amqp::Envelope envelope = BrokerWorld::to("q");
    for (int i = 0; i < 1000; ++i) {
        envelope.priority = static_cast<std::uint8_t>(i % 4);
        world.publish(envelope);
    }
    CHECK(world.host.envelopes().size() == 4);
}
