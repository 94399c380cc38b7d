// Random histories: every message is accounted for, as publishers and consumers count it and as
// the broker does.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "sim/rng.h"
#include "tests/models/queue_broker/broker_world.h"

using support::BrokerWorld;
using support::TestClient;
namespace amqp = models::amqp;
using namespace std::chrono_literals;

namespace {

// Queues of all sorts, bound to a topic exchange, dead-lettering among themselves in circles.
void declare_at_random(BrokerWorld& world, sim::Draws& draws, std::size_t count) {
    const auto topic = world.exchange("topic", amqp::ExchangeType::topic);
    const auto all = world.exchange("all", amqp::ExchangeType::fanout);
    world.host.exchanges()[topic].alternate = all;
    for (std::size_t i = 0; i < count; ++i) {
        amqp::QueueSettings settings;
        settings.name = "q" + std::to_string(i);
        if (draws.chance(0.5)) settings.message_ttl = sim::from_seconds(draws.uniform() * 10);
        if (draws.chance(0.4)) settings.max_length = draws.below(10);
        if (draws.chance(0.2)) settings.max_length_bytes = draws.below(2000);
        if (draws.chance(0.3)) settings.max_priority = static_cast<std::uint8_t>(draws.below(5));
        settings.overflow = static_cast<amqp::Overflow>(draws.below(3));
        settings.type = static_cast<amqp::QueueType>(draws.below(2));
        if (draws.chance(0.5)) settings.delivery_limit = static_cast<std::uint32_t>(draws.below(4));
        if (draws.chance(0.7)) {
            settings.dead_letter_exchange = draws.chance(0.5) ? "" : "topic";
            if (draws.chance(0.7)) {
                settings.dead_letter_routing_key = "q" + std::to_string(draws.below(count + 1));
            }
        }
        const auto id = world.host.declare(settings);
        const std::vector<std::string> patterns = {"a.#", "*.b", "#.c", "q1", "a.b"};
        world.bind(topic, id, patterns[draws.below(patterns.size())]);
        if (draws.chance(0.2)) world.bind(all, id, "");
    }
}

class History {
public:
    History(std::uint64_t seed, std::size_t queues) : draws_(seed), queues_(queues) {
        declare_at_random(world, draws_, queues);
        for (int i = 0; i < 4; ++i) clients_.push_back(std::make_unique<TestClient>(world.host));
    }

    void step() {
        const double what = draws_.uniform();
        if (what < 0.4) return publish();
        TestClient& client = *clients_[draws_.below(clients_.size())];
        if (what < 0.8) return settle(client);
        if (what < 0.9) return world.play(sim::from_seconds(draws_.uniform()));
        if (what < 0.96) {
            client.channel.consume(static_cast<amqp::QueueId>(draws_.below(queues_)),
                                   {static_cast<std::uint32_t>(draws_.below(4)), true});
            return;
        }
        replace(client);
    }
    // What publishers were told adds up to what they published.
    void check() {
        world.check_conserved();
        CHECK(world.host.fates().published == published_);
        CHECK(world.publisher.confirms.size() == published_);
        CHECK(world.host.fates().returned == world.publisher.returns.size());
        CHECK(world.host.fates().acknowledged == acknowledged_);
        std::uint64_t held = 0;
        for (const auto& each : clients_) held += each->channel.unacknowledged();
        std::uint64_t unacknowledged = 0;
        for (amqp::QueueId each = 0; each < queues_; ++each) {
            unacknowledged += world.host.queue(each).unacknowledged();
        }
        CHECK(unacknowledged == held);
    }

    BrokerWorld world;

private:
    void publish() {
        amqp::Envelope envelope;
        envelope.exchange = draws_.chance(0.7) ? *world.host.exchanges().find("topic") : 0;
        const std::vector<std::string> keys = {"a.b", "a.c", "q1", "q0", "x", "a"};
        envelope.routing_key = keys[draws_.below(keys.size())];
        envelope.priority = static_cast<std::uint8_t>(draws_.below(8));
        if (draws_.chance(0.3)) envelope.expiration = sim::from_seconds(draws_.uniform() * 5);
        auto publication = world.publication(envelope, ++published_,
                                             static_cast<std::uint32_t>(draws_.below(500)));
        publication.mandatory = draws_.chance(0.5);
        publication.number = published_;
        world.publisher.channel.publish(publication);
    }
    // Of what this client has; once in a while of what it has not, which closes its channel.
    void settle(TestClient& client) {
        auto& held = held_[&client];
        for (const auto& each : client.taken_tags()) held.insert(each);
        if (held.empty()) return;
        const bool is_wrong = draws_.chance(0.01);
        const auto chosen = is_wrong ? 1000000 : *std::next(held.begin(), pick(held.size()));
        const bool is_multiple = draws_.chance(0.3);
        const auto last = held.upper_bound(chosen);
        const auto settled = std::distance(held.begin(), last);
        if (draws_.chance(0.5)) {
            client.channel.acknowledge(chosen, is_multiple);
            if (!is_wrong) acknowledged_ += is_multiple ? static_cast<std::uint64_t>(settled) : 1;
        } else {
            client.channel.nack(chosen, is_multiple, draws_.chance(0.6));
        }
        if (is_multiple) held.erase(held.begin(), last);
        held.erase(chosen);
        CHECK(client.was_closed == is_wrong);
        if (is_wrong) replace(client);
    }
    std::ptrdiff_t pick(std::size_t of) { return static_cast<std::ptrdiff_t>(draws_.below(of)); }
    // Its process dies, and another comes.
    void replace(TestClient& client) {
        for (auto& each : clients_) {
            if (each.get() != &client) continue;
            each->channel.close();
            held_.erase(&client);
            each = std::make_unique<TestClient>(world.host);
            return;
        }
    }

    sim::Draws draws_;
    std::size_t queues_;
    std::vector<std::unique_ptr<TestClient>> clients_;
    std::uint64_t published_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::map<const TestClient*, std::set<std::uint64_t>> held_;  // by tag
};

// One queue, told as a list: what is ready by its number, and whose turn it is.
class PlainQueue {
public:
    explicit PlainQueue(std::vector<std::uint32_t> prefetch) : prefetch_(std::move(prefetch)) {
        for (std::size_t i = 0; i < prefetch_.size(); ++i) line_.push_back(i);
        has_.resize(prefetch_.size());
    }
    void publish(std::uint64_t message) {
        ready_.insert(message);
        deliver();
    }
    void acknowledge(std::size_t consumer, std::uint64_t message) {
        has_[consumer].erase(message);
        unblock(consumer);
        deliver();
    }
    void requeue(std::size_t consumer, std::uint64_t message) {
        has_[consumer].erase(message);
        unblock(consumer);
        ready_.insert(message);
        deliver();
    }
    std::vector<std::pair<std::size_t, std::uint64_t>> delivered;
    const std::set<std::uint64_t>& has(std::size_t consumer) const { return has_[consumer]; }

private:
    bool may_take(std::size_t consumer) const {
        return has_[consumer].size() < prefetch_[consumer];
    }
    void unblock(std::size_t consumer) {
        if (std::find(line_.begin(), line_.end(), consumer) == line_.end()) {
            line_.push_back(consumer);
        }
    }
    void deliver() {
        while (!ready_.empty() && !line_.empty()) {
            const std::size_t consumer = line_.front();
            line_.erase(line_.begin());
            if (!may_take(consumer)) continue;
            line_.push_back(consumer);
            has_[consumer].insert(*ready_.begin());
            delivered.emplace_back(consumer, *ready_.begin());
            ready_.erase(ready_.begin());
        }
    }
    std::vector<std::uint32_t> prefetch_;
    std::set<std::uint64_t> ready_;
    std::vector<std::size_t> line_;
    std::vector<std::set<std::uint64_t>> has_;
};

}  // namespace

TEST_CASE("all messages are accounted for, in random histories of random queues") {
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        CAPTURE(seed);
        History history(seed, 1 + seed % 6);
        for (int i = 0; i < 400; ++i) {
            history.step();
            if (i % 20 == 0) history.check();
        }
        history.check();
        history.world.play(24h);
        history.check();
    }
}

TEST_CASE("deliveries are those of a queue that is told as a list") {
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        CAPTURE(seed);
        sim::Draws draws(seed);
        const std::vector<std::uint32_t> prefetch = {1, 2 + static_cast<std::uint32_t>(seed % 3),
                                                     7};
        BrokerWorld world;
        const auto queue = world.queue("q");
        PlainQueue plain(prefetch);
        std::vector<std::unique_ptr<TestClient>> clients;
        for (const auto each : prefetch) {
            clients.push_back(std::make_unique<TestClient>(world.host));
            clients.back()->channel.consume(queue, {.prefetch = each});
        }
        std::vector<std::size_t> seen(3, 0);
        std::vector<std::vector<std::uint64_t>> expected(3);
        for (std::uint64_t message = 1; message <= 300; ++message) {
            if (draws.chance(0.5)) {
                world.publish_to("q", message);
                plain.publish(message);
                continue;
            }
            const std::size_t at = draws.below(3);
            if (plain.has(at).empty()) continue;
            const std::uint64_t settled = *plain.has(at).begin();
            TestClient& client = *clients[at];
            // The last delivery of it is the one that is not acknowledged.
            const auto last =
                std::find_if(client.deliveries.rbegin(), client.deliveries.rend(),
                             [&](const auto& each) { return each.message.identity == settled; });
            REQUIRE(last != client.deliveries.rend());
            if (draws.chance(0.6)) {
                plain.acknowledge(at, settled);
                client.channel.acknowledge(last->tag);
            } else {
                plain.requeue(at, settled);
                client.channel.nack(last->tag, false, true);
            }
        }
        for (const auto& [consumer, message] : plain.delivered) {
            expected[consumer].push_back(message);
        }
        for (std::size_t i = 0; i < 3; ++i) CHECK(clients[i]->taken() == expected[i]);
        world.check_conserved();
    }
}
