// Where records are published to topics: what a step calls (steps/publish.h), and what a producer
// is told. The words are Kafka's and, of queues, RabbitMQ's.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct Context;
class Service;

enum class Acks : std::uint8_t { none, leader, all };
constexpr auto names_of(Acks) {
    return std::array{
        spec::Word{"0", Acks::none, "None: it is taken to be there as soon as it is sent."},
        spec::Word{"1", Acks::leader,
                   "The leader's alone: what its followers have not copied is lost with it."},
        spec::Word{"all", Acks::all, "Those of all in-sync replicas."}};
}

enum class RecordKey : std::uint8_t { item, user, none };
constexpr auto names_of(RecordKey) {
    return std::array{
        spec::Word{"item", RecordKey::item,
                   "The request's item: its decimal digits are hashed (murmur2)."},
        spec::Word{"user", RecordKey::user, "The request's user, likewise."},
        spec::Word{"none", RecordKey::none,
                   "None: records stay with one partition until a batch of it is sent, and "
                   "then go to another at random (the sticky partitioner)."}};
}

// What a step that publishes says, in groups: of each kind of broker its declaration says which of
// these it takes (Answers::publishing), and whoever says one of another is told so.

// How long a publisher waits before it gives up.
struct PublisherWaits {
    sim::Duration delivery_timeout = std::chrono::minutes(2);
    sim::Duration max_block = std::chrono::minutes(1);
    bool operator==(const PublisherWaits&) const = default;
    static constexpr auto params() {
        using namespace spec;
        using Spec = PublisherWaits;
        return std::tuple{
            param("delivery_timeout", &Spec::delivery_timeout, above(sim::Duration::zero()),
                  "How long a record may be without its acknowledgement or confirm, with all that "
                  "is sent again, before it is given up."),
            param("max_block", &Spec::max_block, at_least(sim::Duration::zero()),
                  "How long to wait for room in the buffer, or for a connection that is not "
                  "blocked, before the record fails.")};
    }
};

// Of a log's producer.
struct RecordPublishing {
    Acks acks = Acks::all;
    RecordKey record_key = RecordKey::item;
    sim::Duration linger{};
    sim::Bytes batch_size{16384};
    double compression = 1;
    sim::Duration compression_time{};
    bool idempotence = true;
    std::uint32_t max_in_flight = 5;
    sim::Duration retry_backoff = std::chrono::milliseconds(100);
    sim::Duration request_timeout = std::chrono::seconds(30);
    sim::Bytes buffer_memory{std::uint64_t{32} << 20U};
    bool operator==(const RecordPublishing&) const = default;
    static constexpr auto params() {
        using namespace spec;
        using Spec = RecordPublishing;
        constexpr sim::Bytes kMost{std::uint64_t{1} << 40U};
        return std::tuple{
            param("acks", &Spec::acks,
                  "To a log: acknowledgements after which a record counts as published."),
            param("key", &Spec::record_key,
                  "To a log or a cloud queue: key of the records, which decides the partition, or "
                  "the "
                  "message group of a FIFO queue."),
            param(
                "linger", &Spec::linger, at_least(sim::Duration::zero()),
                "To a log or a cloud queue: how long a batch waits for more records (linger.ms). A "
                "cloud queue's is sent when it has ten."),
            param("batch_size", &Spec::batch_size, above(sim::Bytes{0}), at_most(kMost),
                  "To a log: size at which a batch is sent without waiting (batch.size). A larger "
                  "record is a batch of its own."),
            param("compression", &Spec::compression, at_least(1.0), at_most(1000.0),
                  "To a log: bytes of records for a byte that is sent and stored. With 1 (the "
                  "default) they are not compressed."),
            param("compression_time", &Spec::compression_time, at_least(sim::Duration::zero()),
                  "To a log: core time of the instance to compress a MiB of records."),
            param("idempotence", &Spec::idempotence,
                  "To a log: whether batches are numbered, so that a leader appends one that is "
                  "sent again only once (enable.idempotence); with acks of all only."),
            param("max_in_flight", &Spec::max_in_flight, between(1u, 1000u),
                  "To a log: batches of a partition that wait for their acknowledgement at a time. "
                  "With more than 1 and without idempotence, one that is sent again may change the "
                  "order."),
            param("retry_backoff", &Spec::retry_backoff, above(sim::Duration::zero()),
                  "To a log or a cloud queue: how long after an error a batch is sent again."),
            param("request_timeout", &Spec::request_timeout, above(sim::Duration::zero()),
                  "To a log, a cloud queue or a channel: how long an answer is waited for "
                  "(request.timeout.ms)."),
            param("buffer_memory", &Spec::buffer_memory, above(sim::Bytes{0}), at_most(kMost),
                  "To a log: records that are not acknowledged yet, in bytes. When it is full, "
                  "whoever publishes waits: this is how brokers push back.")};
    }
};

// Of a queue broker's publisher.
struct MessagePublishing {
    bool confirms = true;
    std::string routing_key;
    spec::Named<std::string> headers;
    std::uint32_t priority = 0;
    std::optional<sim::Duration> expiration;
    bool mandatory = false;
    bool persistent = true;
    bool operator==(const MessagePublishing&) const = default;
    static constexpr auto params() {
        using namespace spec;
        using Spec = MessagePublishing;
        return std::tuple{
            param("confirms", &Spec::confirms,
                  "To a queue broker: whether it confirms what it has taken (publisher confirms). "
                  "Without them a message is taken to be there as soon as it is sent."),
            param("routing_key", &Spec::routing_key, "To an exchange: the routing key."),
            param("headers", &Spec::headers, "To an exchange: headers, by name."),
            param("priority", &Spec::priority, at_most(255u), "In a queue with priorities."),
            param("expiration", &Spec::expiration, at_least(sim::Duration::zero()),
                  "To a queue broker: how long the message may be ready in a queue, if that "
                  "does not say less. Without it as long as the queue says."),
            param("mandatory", &Spec::mandatory,
                  "To an exchange: whether the request fails when no queue gets the message."),
            param("persistent", &Spec::persistent,
                  "Whether durable queues keep the message on disk (delivery mode 2).")};
    }
};

// What a producer is told, one in each instance of a server for each step that publishes.
struct ProducerSpec : PublisherWaits, RecordPublishing, MessagePublishing {
    bool fire_and_forget = false;
    sim::Bytes record_size{1024};
    bool operator==(const ProducerSpec&) const = default;
    static constexpr auto params() {
        using namespace spec;
        using Spec = ProducerSpec;
        return std::tuple_cat(
            std::tuple{
                param("fire_and_forget", &Spec::fire_and_forget,
                      "Whether the request goes on as soon as the record is in the producer's "
                      "buffer, or sent, instead of waiting until it is published; that it failed "
                      "is then seen in the figures only."),
                param("record_size", &Spec::record_size, above(sim::Bytes{0}),
                      at_most(sim::Bytes{std::uint64_t{1} << 30U}), "Size of a record.")},
            PublisherWaits::params(), RecordPublishing::params(), MessagePublishing::params());
    }
    spec::Around around() const {
        return {.is_survivable = {}, .has_own_latency = {}, .has_producer_settings = true};
    }
    void check(spec::Check& check) const {
        check.that(!idempotence || acks == Acks::all, "idempotence",
                   "an idempotent producer needs the acknowledgements of all in-sync replicas",
                   "write \"idempotence\": false, or leave \"acks\" at \"all\"");
        check.that(!mandatory || (confirms && !fire_and_forget), "mandatory",
                   "nobody waits to be told that no queue got the message",
                   "leave out \"mandatory\", or wait for confirms");
    }
};

class Topics {
public:
    // What takes the records that a step publishes. The caller's context says who publishes.
    virtual Service& producer(std::string_view topic, const ProducerSpec& spec,
                              const Context& caller) = 0;

protected:
    ~Topics() = default;
};

}  // namespace models
