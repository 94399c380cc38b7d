// Where records are published to topics: what a step calls (steps/publish.h), and what a producer
// is told. The words are Kafka's.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct Context;
class Kafka;
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

// What a producer is told, one in each instance of a server for each step that publishes.
struct ProducerSpec {
    Acks acks = Acks::all;
    bool fire_and_forget = false;
    RecordKey record_key = RecordKey::item;
    sim::Bytes record_size{1024};
    sim::Duration linger{};
    sim::Bytes batch_size{16384};
    double compression = 1;
    sim::Duration compression_time{};
    bool idempotence = true;
    std::uint32_t max_in_flight = 5;
    sim::Duration retry_backoff = std::chrono::milliseconds(100);
    sim::Duration request_timeout = std::chrono::seconds(30);
    sim::Duration delivery_timeout = std::chrono::minutes(2);
    sim::Bytes buffer_memory{std::uint64_t{32} << 20U};
    sim::Duration max_block = std::chrono::minutes(1);
    bool operator==(const ProducerSpec&) const = default;
};

// Of a struct that derives from it.
template <class Self>
constexpr auto producer_params() {
    using namespace spec;
    constexpr sim::Bytes kMost{std::uint64_t{1} << 40U};
    return std::tuple{
        param("acks", &Self::acks, "Acknowledgements after which a record counts as published."),
        param("fire_and_forget", &Self::fire_and_forget,
              "Whether the request goes on as soon as the record is in the producer's buffer, "
              "instead of waiting for them: nobody but the figures is then told what became of "
              "it."),
        param("key", &Self::record_key, "Key of the records, which decides the partition."),
        param("record_size", &Self::record_size, above(sim::Bytes{0}),
              at_most(sim::Bytes{std::uint64_t{1} << 30U}), "Size of a record."),
        param("linger", &Self::linger, at_least(sim::Duration::zero()),
              "How long a batch waits for more records (linger.ms)."),
        param("batch_size", &Self::batch_size, above(sim::Bytes{0}), at_most(kMost),
              "Size at which a batch is sent without waiting (batch.size). A larger record is a "
              "batch of its own."),
        param("compression", &Self::compression, at_least(1.0), at_most(1000.0),
              "Bytes of records for a byte that is sent and stored. With 1 (the default) they are "
              "not compressed."),
        param("compression_time", &Self::compression_time, at_least(sim::Duration::zero()),
              "Core time of the instance to compress a MiB of records."),
        param("idempotence", &Self::idempotence,
              "Whether batches are numbered, so that a leader appends one that is sent again only "
              "once (enable.idempotence); with acks of all only."),
        param("max_in_flight", &Self::max_in_flight, between(1u, 1000u),
              "Batches of a partition that wait for their acknowledgement at a time. With more "
              "than 1 and without idempotence, one that is sent again may change the order."),
        param("retry_backoff", &Self::retry_backoff, above(sim::Duration::zero()),
              "How long after an error a batch is sent again."),
        param("request_timeout", &Self::request_timeout, above(sim::Duration::zero()),
              "How long a broker may owe an answer."),
        param("delivery_timeout", &Self::delivery_timeout, above(sim::Duration::zero()),
              "How long a batch is sent again before it is given up."),
        param("buffer_memory", &Self::buffer_memory, above(sim::Bytes{0}), at_most(kMost),
              "Records that are not acknowledged yet, in bytes. When it is full, whoever "
              "publishes waits: this is how brokers push back."),
        param("max_block", &Self::max_block, at_least(sim::Duration::zero()),
              "How long to wait for room in the buffer before the record fails.")};
}
inline void check_producer(const ProducerSpec& producer, spec::Check& check) {
    check.that(!producer.idempotence || producer.acks == Acks::all, "idempotence",
               "an idempotent producer needs the acknowledgements of all in-sync replicas",
               "write \"idempotence\": false, or leave \"acks\" at \"all\"");
}

class Topics {
public:
    // What takes the records that a step publishes. The caller's context says who publishes.
    virtual Service& producer(std::string_view topic, const ProducerSpec& spec,
                              const Context& caller) = 0;

    // Where what is published stays, for consumer groups to read; none of a broker that hands its
    // messages out.
    virtual Kafka* log() { return nullptr; }

protected:
    ~Topics() = default;
};

}  // namespace models
