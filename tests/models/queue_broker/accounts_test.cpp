// What clients know of every message, against what the broker says became of it, over random
// histories of a cluster with crashes, partitions and consumers that die.
//
//     produced = handled + dead-lettered + dropped + refused + lost + still there
//
// The left side and the first two terms are counted here, by clients and message by message; the
// others are the broker's own, by cause.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "sim/rng.h"
#include "tests/models/queue_broker/cluster_world.h"

using support::ClusterWorld;
namespace amqp = models::amqp;
using namespace std::chrono_literals;
using Numbers = std::set<std::uint64_t>;

namespace {

// Consumes, and settles when it is told to.
class Client final : public amqp::ConnectionUser {
public:
    Client(ClusterWorld& world, std::uint32_t node, std::optional<amqp::QueueId> queue)
        : connection(world.cluster,
                     {&world.cluster.places().links(), world.client_place(), "client", node},
                     *this),
          queue_(queue) {
        connection.open();
    }

    void opened() override {
        if (queue_) connection.consume(*queue_, {.prefetch = 5});
    }
    void deliver(const amqp::Delivery& delivery) override {
        ++delivered;
        held.push_back(delivery);
        if (settles_at_once) settle(true, false);
    }
    void confirm(std::uint64_t number, bool is_accepted) override {
        (is_accepted ? confirmed : refused).insert(number);
    }
    void returned(std::uint64_t) override {}
    void lost() override { held.clear(); }

    // The oldest that it has.
    void settle(bool acknowledges, bool requeues) {
        if (held.empty() || !connection.is_open()) return;
        const amqp::Delivery delivery = held.front();
        held.erase(held.begin());
        if (acknowledges) {
            handled.insert(delivery.message.identity);
            ++acknowledgements;
            return connection.acknowledge(delivery.tag);
        }
        if (!requeues) rejected.insert(delivery.message.identity);
        connection.nack(delivery.tag, false, requeues);
    }
    void die() {
        held.clear();
        connection.die();
        connection.open();
    }

    amqp::Connection connection;
    std::vector<amqp::Delivery> held;
    Numbers confirmed, refused, handled, rejected;
    std::uint64_t delivered = 0;
    std::uint64_t acknowledgements = 0;
    bool settles_at_once = false;

private:
    std::optional<amqp::QueueId> queue_;
};

// One queue, whose dead letters go to another or nowhere.
amqp::QueueSettings queue_at_random(sim::Draws& draws) {
    amqp::QueueSettings settings;
    settings.name = "q";
    settings.type = static_cast<amqp::QueueType>(draws.below(2));
    settings.durable = draws.chance(0.7);
    if (draws.chance(0.4)) settings.message_ttl = sim::from_seconds(draws.uniform() * 3);
    if (draws.chance(0.4)) settings.max_length = 1 + draws.below(20);
    settings.overflow = static_cast<amqp::Overflow>(draws.below(3));
    if (draws.chance(0.3)) settings.delivery_limit = static_cast<std::uint32_t>(draws.below(3));
    if (draws.chance(0.6)) {
        settings.dead_letter_exchange = "";
        settings.dead_letter_routing_key = "grave";
    }
    return settings;
}

amqp::ClusterPlan plan_at_random(sim::Draws& draws) {
    amqp::ClusterPlan plan;
    plan.nodes = 1 + static_cast<std::uint32_t>(draws.below(3));
    plan.heartbeat = 2s;
    plan.reconnect_interval = 500ms;
    plan.raft_heartbeat = 50ms;
    plan.election_timeout = 300ms;
    return plan;
}

class Story {
public:
    Story(std::uint64_t seed, bool has_failures)
        : draws_(seed),
          has_failures_(has_failures),
          settings_(queue_at_random(draws_)),
          world_(plan_at_random(draws_)),
          queue_(world_.cluster.declare(settings_)),
          grave_(world_.queue("grave")),
          publisher_(world_, 0, std::nullopt),
          undertaker_(world_, 1, grave_) {
        world_.cluster.start();
        undertaker_.settles_at_once = true;
        for (std::uint32_t each = 0; each < 3; ++each) {
            consumers_.push_back(std::make_unique<Client>(world_, each, queue_));
        }
        world_.play(2s);
    }

    void run() {
        for (int i = 0; i < 500; ++i) {
            step();
            world_.play(sim::from_seconds(draws_.uniform() * 0.03));
            if (i % 50 == 0) world_.check_conserved();
        }
        end();
    }

    void check() {
        world_.check_conserved();
        const amqp::Fates& fates = world_.fates();
        Numbers traces, confirmed = publisher_.confirmed;
        std::uint64_t acknowledgements = undertaker_.acknowledgements;
        std::uint64_t delivered = undertaker_.delivered;
        for (const auto& each : consumers_) {
            traces.insert(each->handled.begin(), each->handled.end());
            traces.insert(each->rejected.begin(), each->rejected.end());
            acknowledgements += each->acknowledgements;
            delivered += each->delivered;
        }
        traces.insert(undertaker_.handled.begin(), undertaker_.handled.end());
        traces.insert(publisher_.refused.begin(), publisher_.refused.end());

        CHECK(world_.host().copies_there() == 0);
        CHECK(fates.published <= produced_);
        CHECK(fates.published >= confirmed.size() + publisher_.refused.size());
        CHECK(fates.delivered >= delivered);
        CHECK(fates.acknowledged <= acknowledgements);
        const std::uint64_t ended = fates.lost + fates.refused + amqp::Fates::sum(fates.discarded);
        // Of whom nobody has a trace: the broker has a cause for each.
        CHECK(fates.published <= traces.size() + ended);
        Numbers gone;
        std::set_difference(confirmed.begin(), confirmed.end(), traces.begin(), traces.end(),
                            std::inserter(gone, gone.end()));
        CHECK(gone.size() <= ended);
        const bool keeps = settings_.durable || settings_.type == amqp::QueueType::quorum;
        const bool limits = settings_.message_ttl || settings_.max_length;
        if (keeps && !limits && !settings_.delivery_limit) CHECK(gone.empty());
        if (has_failures_) return;

        CHECK(fates.lost == 0);
        CHECK(fates.published == produced_);
        CHECK(fates.delivered == delivered);
        CHECK(fates.acknowledged == acknowledgements);
        CHECK(confirmed.size() + publisher_.refused.size() == produced_);
        // Each by its one end.
        std::uint64_t handled = 0, rejected = 0;
        for (const auto& each : consumers_) {
            handled += each->handled.size();
            rejected += each->rejected.size();
        }
        const auto rejects = static_cast<std::size_t>(amqp::DeathReason::rejected);
        CHECK(fates.dead_lettered[rejects] + fates.discarded[rejects] == rejected);
        CHECK(undertaker_.handled.size() == amqp::Fates::sum(fates.dead_lettered));
        CHECK(produced_ == handled + undertaker_.handled.size() + fates.refused +
                               amqp::Fates::sum(fates.discarded));
    }

private:
    void step() {
        const double what = draws_.uniform();
        Client& consumer = *consumers_[draws_.below(consumers_.size())];
        if (what < 0.5) return publish();
        if (what < 0.9) return consumer.settle(draws_.chance(0.7), draws_.chance(0.5));
        if (!has_failures_) return;
        if (what < 0.93) return consumer.die();
        amqp::BrokerNode& node =
            world_.cluster.node(static_cast<std::uint32_t>(draws_.below(world_.cluster.nodes())));
        if (what < 0.98) return node.is_up() ? node.take_down() : node.bring_up();
        draws_.chance(0.5) ? world_.cut_off(node.place()) : world_.heal();
    }
    void publish() {
        if (!publisher_.connection.is_open()) return;
        amqp::Envelope envelope;
        envelope.routing_key = "q";
        envelope.bytes = 100;
        amqp::Publication publication;
        publication.message.envelope = world_.host().envelope(envelope);
        publication.message.identity = publication.number = ++produced_;
        publisher_.connection.publish(publication);
    }
    // All is mended, and what is there is handled.
    void end() {
        world_.heal();
        for (std::uint32_t each = 0; each < world_.cluster.nodes(); ++each) {
            amqp::BrokerNode& node = world_.cluster.node(each);
            if (!node.is_up()) node.bring_up();
        }
        for (const auto& each : consumers_) {
            each->settles_at_once = true;
            while (!each->held.empty() && each->connection.is_open()) each->settle(true, false);
        }
        world_.play(10min);
    }

    sim::Draws draws_;
    bool has_failures_;
    amqp::QueueSettings settings_;
    ClusterWorld world_;
    amqp::QueueId queue_;
    amqp::QueueId grave_;
    Client publisher_;
    Client undertaker_;
    std::vector<std::unique_ptr<Client>> consumers_;
    std::uint64_t produced_ = 0;
};

}  // namespace

TEST_CASE("what is produced is handled, dead-lettered, dropped or refused, each by its one end") {
    for (std::uint64_t seed = 1; seed <= 100; ++seed) {
        CAPTURE(seed);
        Story story(seed, false);
        story.run();
        story.check();
    }
}

TEST_CASE("with crashes and partitions nothing that was confirmed is gone without a cause") {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        CAPTURE(seed);
        Story story(seed, true);
        story.run();
        story.check();
    }
}
