// Nodes, their cores, connections and the memory alarm: models/queue_broker/cluster.h.
#include <doctest/doctest.h>

#include <vector>

#include "tests/models/queue_broker/cluster_world.h"

using support::ClusterWorld;
using support::TestUser;
namespace amqp = models::amqp;
using namespace std::chrono_literals;
using Identities = std::vector<std::uint64_t>;

namespace {

amqp::ClusterPlan one_node() {
    amqp::ClusterPlan plan;
    plan.publish_time = 100us;
    plan.delivery_time = 200us;
    return plan;
}

}  // namespace

TEST_CASE("a message takes two ways and its core time to a consumer, and two to be confirmed") {
    ClusterWorld world(one_node());
    const auto queue = world.queue("q");
    TestUser& consumer = world.user();
    TestUser& publisher = world.user();
    consumer.consume(queue, 10);
    world.play(1s);
    const sim::Time began = world.at.scheduler.now();
    publisher.publish("q", 7);
    world.play(1s);
    CHECK(consumer.received == Identities{7});
    CHECK(consumer.received_at.front() - began == 1ms + 100us + 200us + 1ms);
    CHECK(publisher.confirmed_at.front() - began == 1ms + 100us + 1ms);
    CHECK(world.fates().acknowledged == 0);
    consumer.connection.acknowledge(consumer.tags.front());
    world.play(1s);
    CHECK(world.fates().acknowledged == 1);
    world.check_conserved();
}

TEST_CASE("a node works on as many frames at a time as it has cores") {
    auto plan = one_node();
    plan.publish_time = 1ms;
    plan.cores = 2;
    ClusterWorld world(plan);
    world.queue("q");
    for (int i = 0; i < 4; ++i) world.user();
    world.play(100ms);
    const sim::Time began = world.at.scheduler.now();
    for (auto& each : world.users) {
        for (std::uint64_t i = 1; i <= 100; ++i) each->publish("q", i);
    }
    world.play(10s);
    // 400 ms of work on two cores, between two ways of 1 ms.
    for (auto& each : world.users) {
        CHECK(each->confirmed.size() == 100);
        CHECK(each->confirmed_at.back() - began == 202ms);
    }
}

TEST_CASE("a client's death gives back what it had as soon as the node hears of it") {
    ClusterWorld world(one_node());
    const auto queue = world.queue("q");
    TestUser& dies = world.user();
    dies.consume(queue, 5);
    world.play(1s);
    TestUser& publisher = world.user();
    world.play(1s);
    for (std::uint64_t i = 1; i <= 5; ++i) publisher.publish("q", i);
    world.play(1s);
    TestUser& lives = world.user();
    lives.consume(queue, 100);
    world.play(1s);
    CHECK(dies.received.size() == 5);
    CHECK(lives.received.empty());
    const sim::Time died = world.at.scheduler.now();
    dies.connection.die();
    world.play(1s);
    CHECK(lives.received == Identities{1, 2, 3, 4, 5});
    CHECK(lives.redelivered == 5);
    CHECK(lives.received_at.front() - died == 1ms + 200us + 1ms);
    world.check_conserved();
}

TEST_CASE("a client that is cut off is given up when it has missed its heartbeats") {
    ClusterWorld world(one_node());
    const auto queue = world.queue("q");
    TestUser& cut = world.user();
    TestUser& other = world.user();
    cut.consume(queue, 5);
    world.play(1s);
    other.publish("q", 1);
    world.play(9s);
    CHECK(cut.received == Identities{1});
    other.consume(queue, 5);
    world.cut_off(cut.connection.inbox().place());
    // The node looks every 30 s from when it was opened, for silence of more than 60 s.
    world.play(75s);
    CHECK(other.received.empty());
    world.play(20s);
    CHECK(other.received == Identities{1});
    CHECK(cut.times_lost == 1);
    // It comes back by itself, and is delivered what is published then.
    world.heal();
    other.connection.acknowledge(1);
    world.play(5min);
    CHECK(cut.times_opened == 2);
    world.check_conserved();
}

TEST_CASE("a node that crashes resets its connections; durable queues come back with it") {
    ClusterWorld world(one_node());
    const auto queue = world.queue("q");
    TestUser& user = world.user();
    user.consume(queue, 2);
    world.play(1s);
    for (std::uint64_t i = 1; i <= 3; ++i) user.publish("q", i);
    world.play(1s);
    CHECK(user.received == Identities{1, 2});
    world.cluster.node(0).take_down();
    world.play(10ms);
    CHECK(user.times_lost == 1);
    user.publish("q", 4);
    world.play(60s);
    world.cluster.node(0).bring_up();
    world.play(10s);
    CHECK(user.times_opened == 2);
    CHECK(user.received == Identities{1, 2, 1, 2});
    CHECK(user.redelivered == 2);
    CHECK(world.fates().published == 3);
    CHECK(world.fates().lost == 0);
    world.check_conserved();
}

TEST_CASE("a classic queue is away with its node; what is published to it then is refused") {
    auto plan = one_node();
    plan.nodes = 2;
    ClusterWorld world(plan);
    const auto here = world.queue("here");
    const auto there = world.queue("there");
    REQUIRE(world.cluster.home_of(here) == 0);
    REQUIRE(world.cluster.home_of(there) == 1);
    TestUser& user = world.user(0);
    user.consume(there, 10);
    world.play(1s);
    world.cluster.node(1).take_down();
    world.play(10ms);
    // Its consumer is told, and connects again.
    CHECK(user.times_lost == 1);
    world.play(6s);
    user.publish("here", 1);
    user.publish("there", 2);
    world.play(1s);
    using Confirms = std::vector<std::pair<std::uint64_t, bool>>;
    CHECK(user.confirmed == Confirms{{1, true}, {2, false}});
    CHECK(world.fates().lost == 1);
    world.check_conserved();
}

TEST_CASE("above the watermark publishers are not read from, until consumers have made room") {
    auto plan = one_node();
    plan.memory = sim::Bytes{1000000};
    plan.bytes_for_message = 0;
    ClusterWorld world(plan);
    const auto queue = world.queue("q");
    TestUser& publisher = world.user();
    TestUser& consumer = world.user();
    world.play(1s);
    // 400,000 bytes are the watermark: 41 messages are above it. Memory is looked at at 2.5 s.
    for (std::uint64_t i = 1; i <= 41; ++i) publisher.publish("q", i, 10000);
    world.play(1s);
    CHECK_FALSE(world.cluster.alarm().is_on());
    world.play(600ms);
    CHECK(world.cluster.alarm().is_on());
    // The first publication after that is still read, and blocks the connection.
    for (std::uint64_t i = 42; i <= 50; ++i) publisher.publish("q", i, 10000);
    world.play(1s);
    CHECK(publisher.connection.is_blocked());
    CHECK(publisher.confirmed.size() == 42);
    CHECK(world.cluster.memory_of(0) == 420000);
    world.play(1min);
    CHECK(publisher.confirmed.size() == 42);
    // Who only consumes is not blocked.
    consumer.acknowledges = true;
    consumer.consume(queue, 1);
    world.play(1s);
    CHECK(consumer.received.size() == 42);
    CHECK(publisher.confirmed.size() == 42);
    world.play(2s);
    CHECK_FALSE(world.cluster.alarm().is_on());
    CHECK(publisher.confirmed.size() == 50);
    CHECK_FALSE(publisher.connection.is_blocked());
    CHECK(world.cluster.alarm().times_on() == 1);
    world.play(1s);
    CHECK(world.cluster.memory_of(0) == 0);
    world.check_conserved();
}
