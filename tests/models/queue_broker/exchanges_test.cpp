// Which queues a message goes to: models/queue_broker/exchanges.h.
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/rng.h"
#include "tests/models/queue_broker/broker_world.h"

using support::BrokerWorld;
namespace amqp = models::amqp;

namespace {

std::set<amqp::QueueId> matches(const amqp::TopicTrie& trie, const std::string& key) {
    std::vector<amqp::QueueId> found;
    trie.match(key, found);
    return {found.begin(), found.end()};
}

// What the words of a pattern mean, written down as it is said.
bool fits(const std::vector<std::string_view>& pattern, std::size_t p,
          const std::vector<std::string_view>& key, std::size_t k) {
    if (p == pattern.size()) return k == key.size();
    if (pattern[p] == "#") {
        return fits(pattern, p + 1, key, k) || (k < key.size() && fits(pattern, p, key, k + 1));
    }
    if (k == key.size()) return false;
    return (pattern[p] == "*" || pattern[p] == key[k]) && fits(pattern, p + 1, key, k + 1);
}

std::string random_words(sim::Draws& draws, const std::vector<std::string>& words) {
    std::string text;
    const auto count = draws.next() % 5;
    for (std::uint64_t i = 0; i < count; ++i) {
        text += (i == 0 ? "" : ".") + words[draws.next() % words.size()];
    }
    return text;
}

std::vector<amqp::QueueId> route(BrokerWorld& world, const amqp::Envelope& envelope) {
    std::vector<amqp::QueueId> found;
    world.host.exchanges().route(envelope, found);
    return found;
}

}  // namespace

TEST_CASE("a topic exchange matches as RabbitMQ's own table of bindings says") {
    // Patterns t1 ... t26 and what they match, from RabbitMQ's unit test of topic matching.
    const std::vector<std::string> patterns = {
        "a.b.c",         "a.*.c", "a.#.b", "a.b.b.c", "#",     "#.#",   "#.b", "*.*",  "a.*",
        "*.b.c",         "a.#",   "a.#.#", "b.b.c",   "a.b.b", "a.b",   "b.c", "",     "*.*.*",
        "vodka.martini", "a.b.c", "*.#",   "#.*.#",   "*.#.#", "#.#.#", "*",   "#.b.#"};
    const std::vector<std::pair<std::string, std::set<amqp::QueueId>>> expected = {
        {"a.b.c", {1, 2, 5, 6, 10, 11, 12, 18, 20, 21, 22, 23, 24, 26}},
        {"a.b", {3, 5, 6, 7, 8, 9, 11, 12, 15, 21, 22, 23, 24, 26}},
        {"a.b.b", {3, 5, 6, 7, 11, 12, 14, 18, 21, 22, 23, 24, 26}},
        {"", {5, 6, 17, 24}},
        {"b.c.c", {5, 6, 18, 21, 22, 23, 24, 26}},
        {"a.a.a.a.a", {5, 6, 11, 12, 21, 22, 23, 24}},
        {"vodka.gin", {5, 6, 8, 21, 22, 23, 24}},
        {"vodka.martini", {5, 6, 8, 19, 21, 22, 23, 24}},
        {"b.b.c", {5, 6, 10, 13, 18, 21, 22, 23, 24, 26}},
        {"nothing.here.at.all", {5, 6, 21, 22, 23, 24}},
        {"oneword", {5, 6, 21, 22, 23, 24, 25}}};
    amqp::TopicTrie trie;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        trie.bind(patterns[i], static_cast<amqp::QueueId>(i + 1));
    }
    for (const auto& each : expected) {
        CAPTURE(each.first);
        CHECK(matches(trie, each.first) == each.second);
    }
    trie.unbind("#", 5);
    trie.unbind("never.bound", 5);
    CHECK(matches(trie, "") == std::set<amqp::QueueId>{6, 17, 24});
}

TEST_CASE("a trie finds the patterns that fit one by one, for random keys and patterns") {
    sim::Draws draws(7);
    for (int trial = 0; trial < 200; ++trial) {
        amqp::TopicTrie trie;
        std::vector<std::string> patterns;
        for (amqp::QueueId i = 0; i < 20; ++i) {
            patterns.push_back(random_words(draws, {"a", "b", "c", "*", "#"}));
            trie.bind(patterns.back(), i);
        }
        for (int i = 0; i < 20; ++i) {
            const std::string key = random_words(draws, {"a", "b", "c"});
            std::set<amqp::QueueId> fitting;
            for (amqp::QueueId each = 0; each < patterns.size(); ++each) {
                const auto pattern = amqp::words_of(patterns[each]);
                if (fits(pattern, 0, amqp::words_of(key), 0)) fitting.insert(each);
            }
            CAPTURE(key);
            CHECK(matches(trie, key) == fitting);
        }
    }
}

TEST_CASE("direct, fanout, headers and the default exchange route by what they say they do") {
    BrokerWorld world;
    const auto a = world.queue("a");
    const auto b = world.queue("b");
    auto& exchanges = world.host.exchanges();
    amqp::Envelope envelope;

    envelope.routing_key = "b";
    CHECK(route(world, envelope) == std::vector{b});
    envelope.routing_key = "c";
    CHECK(route(world, envelope).empty());

    envelope.exchange = world.exchange("orders", amqp::ExchangeType::direct);
    world.bind(envelope.exchange, a, "order.created");
    world.bind(envelope.exchange, b, "order.created");
    world.bind(envelope.exchange, b, "order.paid");
    envelope.routing_key = "order.created";
    CHECK(route(world, envelope) == std::vector{a, b});
    envelope.routing_key = "order.paid";
    CHECK(route(world, envelope) == std::vector{b});
    exchanges[envelope.exchange].unbind({b, "order.paid"});
    CHECK(route(world, envelope).empty());

    envelope.exchange = world.exchange("all", amqp::ExchangeType::fanout);
    world.bind(envelope.exchange, a, "whatever");
    world.bind(envelope.exchange, b, "");
    CHECK(route(world, envelope) == std::vector{a, b});

    envelope.exchange = world.exchange("by header", amqp::ExchangeType::headers);
    exchanges[envelope.exchange].bind({a, "", {{"format", "pdf"}, {"type", "log"}}, false});
    exchanges[envelope.exchange].bind({b, "", {{"format", "pdf"}, {"type", "log"}}, true});
    envelope.headers = {{"format", "pdf"}, {"type", "report"}};
    CHECK(route(world, envelope) == std::vector{b});
    envelope.headers = {{"format", "pdf"}, {"type", "log"}, {"more", "x"}};
    CHECK(route(world, envelope) == std::vector{a, b});
    envelope.headers = {};
    CHECK(route(world, envelope).empty());
}

TEST_CASE("a queue gets a message once, however many of its bindings fit") {
    BrokerWorld world;
    const auto a = world.queue("a");
    const auto topic = world.exchange("topic", amqp::ExchangeType::topic);
    for (const char* pattern : {"#", "*.b", "a.*", "a.b", "#.b"}) world.bind(topic, a, pattern);
    amqp::Envelope envelope;
    envelope.exchange = topic;
    envelope.routing_key = "a.b";
    world.publish(envelope);
    CHECK(world.host.queue(a).ready() == 1);
    CHECK(world.host.fates().copies == 1);
}

TEST_CASE("what is unroutable goes to the alternate exchange, or back if it is mandatory") {
    BrokerWorld world;
    auto& exchanges = world.host.exchanges();
    const auto first = world.exchange("first", amqp::ExchangeType::direct);
    const auto second = world.exchange("second", amqp::ExchangeType::direct);
    const auto last = world.queue("last");
    amqp::Envelope envelope;
    envelope.exchange = first;
    envelope.routing_key = "nobody's";

    world.publish(envelope);
    auto publication = world.publication(envelope);
    publication.mandatory = true;
    publication.number = 7;
    world.publisher.channel.publish(publication);
    CHECK(world.host.fates().unroutable == 1);
    CHECK(world.host.fates().returned == 1);
    CHECK(world.publisher.returns == std::vector<std::uint64_t>{7});
    // The broker can do nothing better with it, so it is confirmed.
    CHECK(world.publisher.confirms.size() == 1);
    CHECK(world.publisher.confirms.front() == std::pair{std::uint64_t{7}, true});

    // Alternates in a circle end.
    exchanges[first].alternate = second;
    exchanges[second].alternate = first;
    world.publish(envelope);
    CHECK(world.host.fates().unroutable == 2);
    world.bind(second, last, "nobody's");
    world.publisher.channel.publish(publication);
    CHECK(world.host.fates().returned == 1);
    CHECK(world.host.queue(last).ready() == 1);
    world.check_conserved();
}

TEST_CASE("a message in many queues is kept once, until the last has done with it") {
    BrokerWorld world;
    const auto all = world.exchange("all", amqp::ExchangeType::fanout);
    for (int i = 0; i < 100; ++i) world.bind(all, world.queue("q" + std::to_string(i)), "");
    amqp::Envelope envelope;
    envelope.exchange = all;
    world.publish(envelope, 1, 1000);
    CHECK(world.host.copies_there() == 100);
    CHECK(world.host.messages().size() == 1);
    support::TestClient consumer(world.host);
    for (amqp::QueueId each = 0; each < 100; ++each) consumer.channel.consume(each, {});
    consumer.channel.acknowledge(99, true);
    CHECK(world.host.messages().size() == 1);
    consumer.channel.acknowledge(100);
    CHECK(world.host.messages().size() == 0);
    world.check_conserved();
}
