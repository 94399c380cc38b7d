// Quorum queues: models/queue_broker/quorum_queue.h.
#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/rng.h"
#include "tests/models/queue_broker/cluster_world.h"

using support::ClusterWorld;
using support::TestUser;
namespace amqp = models::amqp;
using namespace std::chrono_literals;
using Identities = std::vector<std::uint64_t>;

namespace {

amqp::ClusterPlan nodes(std::uint32_t count) {
    amqp::ClusterPlan plan;
    plan.nodes = count;
    plan.publish_time = 100us;
    plan.reconnect_interval = 500ms;
    return plan;
}

std::set<std::uint64_t> confirmed_by(const TestUser& user) {
    std::set<std::uint64_t> numbers;
    for (const auto& [number, is_accepted] : user.confirmed) {
        if (is_accepted) numbers.insert(number);
    }
    return numbers;
}

}  // namespace

TEST_CASE("a quorum queue confirms what a majority has: a way there and back more than a classic") {
    ClusterWorld world(nodes(3));
    const auto queue = world.queue("q", amqp::QueueType::quorum);
    world.cluster.start();
    TestUser& publisher = world.user(0);
    world.play(1s);
    REQUIRE(world.cluster.quorum(queue)->leader() == 0);
    const sim::Time began = world.at.scheduler.now();
    publisher.publish("q", 1);
    world.play(1s);
    REQUIRE(publisher.confirmed.size() == 1);
    CHECK(publisher.confirmed_at.front() - began == 4ms + 100us);
    // From a node that does not lead it goes to the one that does first.
    TestUser& elsewhere = world.user(1);
    world.play(1s);
    const sim::Time again = world.at.scheduler.now();
    elsewhere.publish("q", 2);
    world.play(1s);
    CHECK(elsewhere.confirmed_at.front() - again == 5ms + 100us);
    CHECK(world.host().queue(queue).ready() == 2);
    world.check_conserved();
}

TEST_CASE("a group of one confirms at once") {
    ClusterWorld world(nodes(1));
    world.queue("q", amqp::QueueType::quorum);
    world.cluster.start();
    TestUser& publisher = world.user(0);
    world.play(1s);
    const sim::Time began = world.at.scheduler.now();
    publisher.publish("q", 1);
    world.play(1s);
    REQUIRE(publisher.confirmed.size() == 1);
    CHECK(publisher.confirmed_at.front() - began == 2ms + 100us);
}

TEST_CASE("when the leader dies another is elected, and nothing that was confirmed is lost") {
    ClusterWorld world(nodes(3));
    const auto queue = world.queue("q", amqp::QueueType::quorum);
    world.cluster.start();
    TestUser& publisher = world.user(0);
    TestUser& consumer = world.user(1);
    consumer.acknowledges = true;
    world.play(1s);
    for (std::uint64_t i = 1; i <= 100; ++i) {
        publisher.publish("q", i);
        world.play(1ms);
    }
    world.cluster.node(0).take_down();
    CHECK_FALSE(world.cluster.quorum(queue)->leader().has_value());
    consumer.consume(queue, 10);
    world.play(500ms);
    CHECK(consumer.received.empty());
    world.play(5s);
    REQUIRE(world.cluster.quorum(queue)->leader().has_value());
    CHECK(*world.cluster.quorum(queue)->leader() != 0);
    CHECK(publisher.times_opened == 2);
    const auto confirmed = confirmed_by(publisher);
    CHECK(confirmed.size() > 90);
    const std::set<std::uint64_t> received(consumer.received.begin(), consumer.received.end());
    CHECK(std::includes(received.begin(), received.end(), confirmed.begin(), confirmed.end()));
    CHECK(received.size() + world.fates().lost == world.fates().published);
    CHECK(world.host().copies_there() == 0);
    world.check_conserved();
}

TEST_CASE("without a majority nothing is confirmed and nothing delivered, and then all is") {
    ClusterWorld world(nodes(3));
    const auto queue = world.queue("q", amqp::QueueType::quorum);
    world.cluster.start();
    TestUser& user = world.user(0);
    user.consume(queue, 10);
    world.play(1s);
    world.cluster.node(1).take_down();
    world.cluster.node(2).take_down();
    world.play(1ms);
    user.publish("q", 1);
    world.play(20s);
    CHECK(user.confirmed.empty());
    CHECK(user.received.empty());
    CHECK(world.cluster.quorum(queue)->unpublished() == 1);
    world.check_conserved();
    world.cluster.node(1).bring_up();
    world.play(20s);
    CHECK(user.confirmed.size() == 1);
    CHECK(user.received == Identities{1});
    world.check_conserved();
}

TEST_CASE(
    "a message that comes back too often is dead-lettered: delivered once more than its limit") {
    ClusterWorld world(nodes(3));
    amqp::QueueSettings settings;
    settings.name = "q";
    settings.type = amqp::QueueType::quorum;
    settings.delivery_limit = 3;
    settings.dead_letter_exchange = "";
    settings.dead_letter_routing_key = "dead";
    const auto queue = world.cluster.declare(settings);
    const auto dead = world.queue("dead");
    world.cluster.start();
    TestUser& user = world.user(0);
    user.requeues = true;
    user.consume(queue, 1);
    world.play(1s);
    user.publish("q", 1);
    user.publish("q", 2);
    world.play(10s);
    CHECK(user.received == Identities{1, 1, 1, 1, 2, 2, 2, 2});
    CHECK(world.host().queue(dead).ready() == 2);
    CHECK(world.fates().dead_lettered[3] == 2);
    world.check_conserved();
}

TEST_CASE("without a delivery limit what comes back goes to the end of a quorum queue") {
    ClusterWorld world(nodes(3));
    const auto queue = world.queue("q", amqp::QueueType::quorum);
    world.cluster.start();
    TestUser& user = world.user(0);
    world.play(1s);
    for (std::uint64_t i = 1; i <= 3; ++i) user.publish("q", i);
    world.play(1s);
    user.requeues = true;
    user.consume(queue, 1);
    world.play(50ms);
    const Identities first(user.received.begin(), user.received.begin() + 6);
    CHECK(first == Identities{1, 2, 3, 1, 2, 3});
}

TEST_CASE("what is confirmed by a quorum queue survives random crashes, and the books balance") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        sim::Draws draws(seed);
        ClusterWorld world(nodes(3));
        const auto queue = world.queue("q", amqp::QueueType::quorum);
        world.cluster.start();
        std::vector<TestUser*> publishers;
        for (std::uint32_t i = 0; i < 3; ++i) publishers.push_back(&world.user(i));
        TestUser& consumer = world.user(0);
        consumer.acknowledges = true;
        consumer.consume(queue, 5);
        world.play(1s);
        std::uint64_t number = 0;
        for (int round = 0; round < 20; ++round) {
            const auto victim = static_cast<std::uint32_t>(draws.below(3));
            for (int i = 0; i < 20; ++i) {
                publishers[draws.below(3)]->publish("q", ++number);
                world.play(sim::from_seconds(draws.uniform() * 0.002));
                if (i == 10 && draws.chance(0.7)) world.cluster.node(victim).take_down();
            }
            world.play(sim::from_seconds(draws.uniform() * 5));
            world.check_conserved();
            if (!world.cluster.node(victim).is_up()) world.cluster.node(victim).bring_up();
            world.play(sim::from_seconds(draws.uniform() * 5));
        }
        world.play(2min);
        world.check_conserved();
        CHECK(world.host().copies_there() == 0);
        const std::set<std::uint64_t> received(consumer.received.begin(), consumer.received.end());
        std::set<std::uint64_t> confirmed;
        for (const TestUser* each : publishers) confirmed.merge(confirmed_by(*each));
        CHECK(confirmed.size() > 200);
        CHECK(std::includes(received.begin(), received.end(), confirmed.begin(), confirmed.end()));
    }
}
