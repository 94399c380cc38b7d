// What queues give up: expiry, length limits, rejections, and where it goes: queue.h,
// virtual_host.h.
#include <doctest/doctest.h>

#include <vector>

#include "tests/models/queue_broker/broker_world.h"

using support::BrokerWorld;
using support::TestClient;
namespace amqp = models::amqp;
using namespace std::chrono_literals;
using amqp::DeathReason;
using Identities = std::vector<std::uint64_t>;

namespace {

// "q" as it is said, whose dead letters go to "dead".
struct Graveyard : BrokerWorld {
    explicit Graveyard(amqp::QueueSettings settings = {}) {
        settings.name = "q";
        settings.dead_letter_exchange = "";
        settings.dead_letter_routing_key = "dead";
        queue_id = host.declare(settings);
        dead_id = queue("dead");
    }
    amqp::Queue& q() { return host.queue(queue_id); }
    amqp::Queue& dead() { return host.queue(dead_id); }
    std::uint64_t died_of(DeathReason reason) {
        return host.fates().dead_lettered[static_cast<std::size_t>(reason)];
    }
    Identities buried() {
        TestClient client(host);
        client.channel.consume(dead_id, {.prefetch = 0, .acknowledges = false});
        return client.taken();
    }

    amqp::QueueId queue_id, dead_id;
};

amqp::QueueSettings limited(std::uint64_t length, amqp::Overflow overflow) {
    amqp::QueueSettings settings;
    settings.max_length = length;
    settings.overflow = overflow;
    return settings;
}

amqp::Envelope expiring(sim::Duration time, const std::string& queue = "q") {
    amqp::Envelope envelope = BrokerWorld::to(queue);
    envelope.expiration = time;
    return envelope;
}

}  // namespace

TEST_CASE("messages expire at the queue's time to live, and not before") {
    amqp::QueueSettings settings;
    settings.message_ttl = 200ms;
    Graveyard world(settings);
    world.publish_to("q", 1);
    world.play(150ms);
    world.publish_to("q", 2);
    world.play(49ms);
    CHECK(world.q().ready() == 2);
    world.play(1ms);
    CHECK(world.q().ready() == 1);
    CHECK(world.died_of(DeathReason::expired) == 1);
    world.play(150ms);
    CHECK(world.buried() == Identities{1, 2});
    world.check_conserved();
}

TEST_CASE("a message expires at its own time if that is less, but only at the head") {
    Graveyard world;
    world.publish(expiring(10s), 1);
    world.publish(expiring(1s), 2);
    world.publish_to("q", 3);
    world.play(9s);
    // The second is over, and stands behind the first.
    CHECK(world.q().ready() == 3);
    CHECK(world.q().ready_bytes() == 300);
    world.play(1s);
    CHECK(world.q().ready() == 1);
    CHECK(world.buried() == Identities{1, 2});
    world.check_conserved();
}

TEST_CASE("a time to live of 0 means: now, to a consumer that is ready, or not at all") {
    amqp::QueueSettings settings;
    settings.message_ttl = 0s;
    Graveyard world(settings);
    world.publish_to("q", 1);
    CHECK(world.q().ready() == 0);
    TestClient client(world.host);
    client.channel.consume(world.queue_id, {.prefetch = 1});
    world.publish_to("q", 2);
    world.publish_to("q", 3);
    CHECK(client.taken() == Identities{2});
    CHECK(world.buried() == Identities{1, 3});
}

TEST_CASE("what a consumer has does not expire, and keeps its time when it comes back") {
    amqp::QueueSettings settings;
    settings.message_ttl = 1s;
    Graveyard world(settings);
    TestClient client(world.host);
    client.channel.consume(world.queue_id, {});
    world.publish_to("q", 1);
    world.play(5s);
    CHECK(world.q().unacknowledged() == 1);
    client.channel.cancel(0);
    client.channel.nack(1, false, true);
    CHECK(world.q().ready() == 0);
    CHECK(world.buried() == Identities{1});
    world.check_conserved();
}

TEST_CASE("a full queue drops its head, and counts what is ready only") {
    Graveyard world(limited(3, amqp::Overflow::drop_head));
    TestClient client(world.host);
    client.channel.consume(world.queue_id, {.prefetch = 2});
    for (std::uint64_t i = 1; i <= 7; ++i) world.publish_to("q", i);
    CHECK(world.q().ready() == 3);
    CHECK(world.q().unacknowledged() == 2);
    CHECK(world.buried() == Identities{3, 4});
    // What comes back makes it overflow as well: it is the head again.
    client.channel.cancel(0);
    client.channel.nack(2, true, true);
    CHECK(world.buried() == Identities{1, 2});
    CHECK(world.died_of(DeathReason::maxlen) == 4);
    world.check_conserved();
}

TEST_CASE("a length limit in bytes counts bodies that are ready") {
    amqp::QueueSettings settings;
    settings.max_length_bytes = 1000;
    Graveyard world(settings);
    world.publish(BrokerWorld::to("q"), 1, 400);
    world.publish(BrokerWorld::to("q"), 2, 600);
    CHECK(world.q().ready() == 2);
    world.publish(BrokerWorld::to("q"), 3, 500);
    CHECK(world.buried() == Identities{1, 2});
    // One that is larger than the limit does not stay, and takes all before it along.
    world.publish(BrokerWorld::to("q"), 4, 1001);
    CHECK(world.buried() == Identities{3, 4});
    CHECK(world.q().ready_bytes() == 0);
    world.check_conserved();
}

TEST_CASE("a full queue that rejects tells publishers who ask; with dlx it dead-letters, too") {
    for (const auto overflow :
         {amqp::Overflow::reject_publish, amqp::Overflow::reject_publish_dlx}) {
        Graveyard world(limited(2, overflow));
        for (std::uint64_t i = 1; i <= 3; ++i) {
            auto publication = world.publication(BrokerWorld::to("q"), i);
            publication.number = i;
            world.publisher.channel.publish(publication);
        }
        using Confirms = std::vector<std::pair<std::uint64_t, bool>>;
        CHECK(world.publisher.confirms == Confirms{{1, true}, {2, true}, {3, false}});
        CHECK(world.q().ready() == 2);
        const bool buries = overflow == amqp::Overflow::reject_publish_dlx;
        CHECK(world.buried() == (buries ? Identities{3} : Identities{}));
        CHECK(world.host.fates().refused == (buries ? 0 : 1));
        world.check_conserved();
    }
}

TEST_CASE("a publication is refused if one of its queues refuses it, and is in the others") {
    BrokerWorld world;
    auto settings = limited(0, amqp::Overflow::reject_publish);
    settings.name = "full";
    const auto full = world.host.declare(settings);
    const auto other = world.queue("other");
    const auto all = world.exchange("all", amqp::ExchangeType::fanout);
    world.bind(all, full, "");
    world.bind(all, other, "");
    amqp::Envelope envelope;
    envelope.exchange = all;
    auto publication = world.publication(envelope, 1);
    publication.number = 1;
    world.publisher.channel.publish(publication);
    REQUIRE(world.publisher.confirms.size() == 1);
    CHECK_FALSE(world.publisher.confirms.front().second);
    CHECK(world.host.queue(other).ready() == 1);
    world.check_conserved();
}

TEST_CASE("a rejected message is dead-lettered with its reason, or gone without an exchange") {
    Graveyard world;
    const auto plain = world.queue("plain");
    TestClient client(world.host);
    client.channel.consume(world.queue_id, {});
    client.channel.consume(plain, {});
    world.publish_to("q", 1);
    world.publish_to("plain", 2);
    client.channel.nack(2, true, false);
    CHECK(world.died_of(DeathReason::rejected) == 1);
    CHECK(world.host.fates().discarded[0] == 1);
    TestClient undertaker(world.host);
    undertaker.channel.consume(world.dead_id, {});
    REQUIRE(undertaker.deliveries.size() == 1);
    const auto& message = undertaker.deliveries.front().message;
    const auto& envelope = world.host.envelopes()[message.envelope];
    CHECK(message.identity == 1);
    CHECK(envelope.routing_key == "dead");
    const std::vector<amqp::Death> deaths = {{world.queue_id, DeathReason::rejected, 1}};
    CHECK(envelope.deaths == deaths);
    CHECK_FALSE(undertaker.deliveries.front().is_redelivered());
    world.check_conserved();
}

TEST_CASE("retries by a queue with a time to live are counted, and go on as long as one rejects") {
    // work: rejected to retry; retry: expires after 10 s, back to work.
    BrokerWorld world;
    amqp::QueueSettings work, retry;
    work.name = "work";
    work.dead_letter_exchange = "";
    work.dead_letter_routing_key = "retry";
    retry.name = "retry";
    retry.message_ttl = 10s;
    retry.dead_letter_exchange = "";
    retry.dead_letter_routing_key = "work";
    const auto work_id = world.host.declare(work);
    const auto retry_id = world.host.declare(retry);
    world.publish(expiring(1h, "work"), 1);
    TestClient client(world.host);
    client.channel.consume(work_id, {});
    for (std::uint64_t i = 1; i <= 5; ++i) {
        REQUIRE(client.deliveries.size() == i);
        client.channel.nack(i, false, false);
        world.play(10s);
    }
    REQUIRE(client.deliveries.size() == 6);
    const auto& envelope = world.host.envelopes()[client.deliveries.back().message.envelope];
    const std::vector<amqp::Death> deaths = {{retry_id, DeathReason::expired, 5},
                                             {work_id, DeathReason::rejected, 5}};
    CHECK(envelope.deaths == deaths);
    CHECK_FALSE(envelope.expiration.has_value());
    CHECK(world.host.fates().dead_letters_in_cycle == 0);
    world.check_conserved();
}

TEST_CASE("a circle of dead letters that nobody rejects ends, and they are dropped") {
    BrokerWorld world;
    amqp::QueueSettings one, two;
    one.name = "one";
    one.message_ttl = 1s;
    one.dead_letter_exchange = "";
    one.dead_letter_routing_key = "two";
    two.name = "two";
    two.message_ttl = 1s;
    two.dead_letter_exchange = "";
    two.dead_letter_routing_key = "one";
    world.host.declare(one);
    world.host.declare(two);
    world.publish_to("one", 1);
    world.play(1min);
    CHECK(world.host.fates().dead_letters_routed == 1);
    CHECK(world.host.fates().dead_letters_in_cycle == 1);
    CHECK(world.host.copies_there() == 0);
    world.check_conserved();

    // A queue that dead-letters to itself, by the default exchange and its own name.
    amqp::QueueSettings self = limited(1, amqp::Overflow::drop_head);
    self.name = "self";
    self.dead_letter_exchange = "";
    world.host.declare(self);
    world.publish_to("self", 1);
    world.publish_to("self", 2);
    CHECK(world.host.fates().dead_letters_in_cycle == 2);
    world.check_conserved();
}

TEST_CASE("dead letters to an exchange that is not there, or to no queue, are gone") {
    BrokerWorld world;
    amqp::QueueSettings settings;
    settings.name = "q";
    settings.message_ttl = 0s;
    settings.dead_letter_exchange = "later";
    world.host.declare(settings);
    world.publish_to("q", 1);
    CHECK(world.host.fates().dead_letters_unroutable == 1);
    world.exchange("later", amqp::ExchangeType::fanout);
    world.publish_to("q", 2);
    CHECK(world.host.fates().dead_letters_unroutable == 2);
    world.check_conserved();
}

TEST_CASE("a crash loses what is not persistent, and all of a queue that is not durable") {
    BrokerWorld world;
    amqp::QueueSettings transient;
    transient.name = "transient";
    transient.durable = false;
    const auto durable = world.queue("durable");
    const auto gone = world.host.declare(transient);
    amqp::Envelope in_memory = BrokerWorld::to("durable");
    in_memory.persistent = false;
    for (std::uint64_t i = 1; i <= 4; ++i) {
        world.publish(i % 2 == 0 ? in_memory : BrokerWorld::to("durable"), i);
        world.publish_to("transient", i);
    }
    world.host.queue(durable).crash();
    world.host.queue(gone).crash();
    CHECK(world.host.fates().lost == 6);
    world.host.queue(durable).resume();
    world.publish_to("durable", 5);
    TestClient client(world.host);
    client.channel.consume(durable, {});
    CHECK(client.taken() == Identities{1, 3, 5});
    world.check_conserved();
}
