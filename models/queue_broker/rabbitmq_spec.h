// What can be said of a RabbitMQ cluster, its exchanges and its queues.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/abilities.h"
#include "models/prices/instance_price.h"
#include "models/queue_broker/exchanges.h"
#include "models/queue_broker/queue_settings.h"
#include "models/spec/declaration/spec.h"

namespace models::amqp {

struct ExchangeSpec {
    static constexpr std::string_view name = "exchange";
    static constexpr std::string_view doc = "An exchange: routes messages to queues bound to it.";
    ExchangeType type = ExchangeType::direct;
    std::string alternate;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("type", &ExchangeSpec::type, "By what it routes."),
            param("alternate", &ExchangeSpec::alternate,
                  "Exchange that gets what no queue here does (alternate-exchange). Without it "
                  "that is dropped, or returned if it is mandatory.")};
    }
};

enum class HeaderMatch : std::uint8_t { all, any };
constexpr auto names_of(HeaderMatch) {
    return std::array{spec::Word{"all", HeaderMatch::all, "The message has all of them."},
                      spec::Word{"any", HeaderMatch::any, "It has at least one."}};
}

struct BindingSpec {
    static constexpr std::string_view name = "binding";
    static constexpr std::string_view doc = "A binding of a queue to an exchange.";
    std::string exchange;
    std::string key;
    spec::Named<std::string> headers;
    HeaderMatch match = HeaderMatch::all;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("exchange", &BindingSpec::exchange, not_empty(), "The exchange."),
            param("key", &BindingSpec::key,
                  "Of a direct exchange the routing key itself, of a topic exchange a pattern of "
                  "words between dots: * is one word, # none or more."),
            param("headers", &BindingSpec::headers,
                  "Of a headers exchange: values that a message's headers must have."),
            param("match", &BindingSpec::match, "How many of these (x-match).")};
    }
};

struct QueueSpec {
    static constexpr std::string_view name = "message_queue";
    static constexpr std::string_view doc =
        "A queue: messages in order, each to one consumer. Limits count messages that are ready, "
        "not those that consumers have.";
    QueueType type = QueueType::classic;
    bool durable = true;
    std::vector<BindingSpec> bindings;
    std::uint32_t max_priority = 0;
    std::optional<sim::Duration> message_ttl;
    std::optional<std::uint32_t> max_length;
    std::optional<sim::Bytes> max_length_bytes;
    Overflow overflow = Overflow::drop_head;
    std::optional<std::string> dead_letter_exchange;
    std::optional<std::string> dead_letter_routing_key;
    std::optional<std::uint32_t> delivery_limit;

    QueueSettings settings(const std::string& named) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = QueueSpec;
        return std::tuple{
            param("type", &Spec::type, "Where it is (x-queue-type)."),
            param("durable", &Spec::durable,
                  "Whether persistent messages survive a crash of its node. A quorum queue always "
                  "is."),
            param("bindings", &Spec::bindings,
                  "To exchanges. Each queue is bound to the default exchange by its name."),
            param("max_priority", &Spec::max_priority, at_most(255u),
                  "Highest priority of messages (x-max-priority); with 0 (the default) they have "
                  "none. Classic queues only."),
            param("message_ttl", &Spec::message_ttl, at_least(sim::Duration::zero()),
                  "How long a message may be ready (x-message-ttl). It goes when it is at the "
                  "head. Without it messages do not expire."),
            param("max_length", &Spec::max_length,
                  "Most ready messages (x-max-length). Without it there is no such limit."),
            param("max_length_bytes", &Spec::max_length_bytes,
                  at_most(sim::Bytes{std::uint64_t{1} << 50U}),
                  "Most bytes of the bodies of ready messages (x-max-length-bytes). Without it "
                  "there is "
                  "no such limit."),
            param("overflow", &Spec::overflow, "What a full queue does (x-overflow)."),
            param("dead_letter_exchange", &Spec::dead_letter_exchange,
                  "Exchange for messages that are rejected, expire, are dropped or come back too "
                  "often (x-dead-letter-exchange); \"\" is the default exchange. Without it they "
                  "are gone."),
            param("dead_letter_routing_key", &Spec::dead_letter_routing_key,
                  "Routing key of dead letters (x-dead-letter-routing-key). Without it they keep "
                  "their own."),
            param("delivery_limit", &Spec::delivery_limit, at_most(60000u),
                  "How often a quorum queue takes a message back before it is dead-lettered "
                  "(x-delivery-limit); RabbitMQ 4 has 20. Without it, for ever, to the end of the "
                  "queue.")};
    }
    void check(spec::Check& check) const {
        const bool is_quorum = type == QueueType::quorum;
        check.that(!is_quorum || max_priority == 0, "max_priority",
                   "a quorum queue has no priorities", "leave it out, or use a classic queue");
        check.that(!is_quorum || durable, "durable", "a quorum queue is always durable",
                   "leave it out, or use a classic queue");
        check.that(!is_quorum || overflow != Overflow::reject_publish_dlx, "overflow",
                   "a quorum queue does not dead-letter what it refuses",
                   R"(write "reject-publish", or use a classic queue)");
        check.that(overflow == Overflow::drop_head || max_length || max_length_bytes, "overflow",
                   "a queue without a limit does not overflow",
                   R"(add "max_length" or "max_length_bytes")");
        check.that(is_quorum || !delivery_limit, "delivery_limit",
                   "a classic queue does not count deliveries", R"(write "type": "quorum")");
        check.that(!dead_letter_routing_key || dead_letter_exchange, "dead_letter_routing_key",
                   "there is no exchange to dead-letter to",
                   R"(add "dead_letter_exchange": "" for the default exchange)");
    }
};

struct RabbitMqSpec {
    static constexpr std::string_view kind = "rabbitmq";
    static constexpr std::string_view doc =
        "A queue broker (RabbitMQ): exchanges route messages to queues, and these push them to "
        "consumers, who acknowledge them. Steps of servers publish to it (`publish`), and "
        "`consumers` take from its queues.";
    std::uint32_t nodes = 1;
    spec::Named<ExchangeSpec> exchanges;
    spec::Named<QueueSpec> queues;
    std::uint32_t cores = 4;
    sim::Duration publish_time = std::chrono::microseconds(20);
    sim::Duration delivery_time = std::chrono::microseconds(20);
    sim::Duration acknowledge_time = std::chrono::microseconds(5);
    sim::Bytes memory{std::uint64_t{8} << 30U};
    sim::Fraction memory_high_watermark{0.4};
    sim::Bytes memory_per_message{700};
    std::uint32_t quorum_group_size = 3;
    sim::Duration raft_heartbeat_interval = std::chrono::milliseconds(100);
    sim::Duration election_timeout = std::chrono::seconds(1);
    sim::Duration acknowledgement_timeout = std::chrono::minutes(30);
    sim::Duration heartbeat = std::chrono::seconds(60);
    sim::Duration reconnect_interval = std::chrono::seconds(5);
    InstancePrice price{};

    std::uint32_t instance_count() const { return nodes; }
    Abilities suffers() const;
    // Exchanges, and queues: these are published to by the default exchange.
    std::vector<std::string> endpoint_names() const;
    std::vector<std::string> queue_names() const;
    void check(spec::Check& check) const;

    static constexpr auto params() {
        using namespace spec;
        using Spec = RabbitMqSpec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr sim::Duration kLeast = std::chrono::milliseconds(1);
        return std::tuple{
            param("nodes", &Spec::nodes, between(1u, 100u), "Nodes of the cluster."),
            param("exchanges", &Spec::exchanges, "Exchanges, by name."),
            required("queues", &Spec::queues, not_empty(), "Queues, by name."),
            param("cores", &Spec::cores, between(1u, 1024u), "Cores of each node."),
            param("publish_time", &Spec::publish_time, none,
                  "Core time of a node for a message that is published to it. The default is an "
                  "assumption, not a measurement."),
            param("delivery_time", &Spec::delivery_time, none,
                  "Core time for a delivery to a consumer. The default is an assumption."),
            param("acknowledge_time", &Spec::acknowledge_time, none,
                  "Core time for an acknowledgement. The default is an assumption."),
            param("memory", &Spec::memory, above(sim::Bytes{0}),
                  at_most(sim::Bytes{std::uint64_t{1} << 50U}), "Memory of each node."),
            param("memory_high_watermark", &Spec::memory_high_watermark, above(sim::Fraction{0}),
                  at_most(sim::Fraction{1}),
                  "Share of it above which connections that publish are blocked, until all nodes "
                  "are below (vm_memory_high_watermark; RabbitMQ 4 has 0.6)."),
            param("memory_per_message", &Spec::memory_per_message, at_most(sim::Bytes{1000000}),
                  "Memory that a message in a queue takes besides its body. The default is an "
                  "assumption."),
            param("quorum_group_size", &Spec::quorum_group_size, between(1u, 100u),
                  "Members of each quorum queue (x-quorum-initial-group-size), or one on each "
                  "node where there are fewer."),
            param("raft_heartbeat_interval", &Spec::raft_heartbeat_interval, at_least(kLeast),
                  "Interval between two heartbeats of a quorum queue's leader. An assumption."),
            param("election_timeout", &Spec::election_timeout, at_least(kLeast),
                  "How long a member hears nothing of the leader before it stands for election, "
                  "randomized up to twice this. An assumption."),
            param("acknowledgement_timeout", &Spec::acknowledgement_timeout, at_least(kLeast),
                  "How long a consumer may keep a message before its channel is closed, and all "
                  "that it has goes back (consumer_timeout)."),
            param("heartbeat", &Spec::heartbeat, at_least(kLeast),
                  "How long nothing is heard on a connection before it is given up."),
            param("reconnect_interval", &Spec::reconnect_interval, at_least(kLeast),
                  "How long a client that was refused waits before it tries the next node."),
            param("price", &Spec::price,
                  "Price of each node by time, or its size in `prices.sizes`. Without it, that of "
                  "`instance_hours`.")};
    }
};

}  // namespace models::amqp
