// A message, what its publisher wrote on it, and where those of one broker are kept.
//
// A body that several queues have is there once, with a count of who has it. What few messages
// differ in (exchange, routing key, headers, size, what became of it before) is an envelope, kept
// once for all that have the same. So a message that one queue keeps takes at most 64 bytes: 36
// here, and 16 there while it is ready, or 24 when it has been delivered. They are kept in blocks,
// so that this is what a million of them take.
#pragma once

#include <boost/container/deque.hpp>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/time.h"

namespace models::amqp {

using MessageId = std::uint32_t;  // free again when nobody has it
using EnvelopeId = std::uint32_t;
using ExchangeId = std::uint32_t;
using QueueId = std::uint32_t;
inline constexpr MessageId kNoMessage = std::numeric_limits<MessageId>::max();

// Why a queue gave a message up (the words of the header x-death).
enum class DeathReason : std::uint8_t { rejected, expired, maxlen, delivery_limit };
inline constexpr std::size_t kDeathReasons = 4;

struct Death {
    QueueId queue = 0;
    DeathReason reason = DeathReason::rejected;
    std::uint32_t count = 0;
    auto operator<=>(const Death&) const = default;
};

using Headers = std::map<std::string, std::string, std::less<>>;

struct Envelope {
    ExchangeId exchange = 0;
    std::string routing_key{};
    Headers headers{};
    std::optional<sim::Duration> expiration{};  // of the message alone
    std::uint32_t bytes = 0;                    // of the body
    std::uint8_t priority = 0;
    bool persistent = true;
    std::vector<Death> deaths{};  // x-death: the latest first

    bool operator<(const Envelope& other) const;
    // Whether to dead-letter it into this queue would end nowhere: it has been there before, and
    // since then nobody rejected it.
    bool is_cycle_to(QueueId queue) const;
};

// What it looks like after its queue has given it up: the same queue and reason again is one more
// of these, and its own expiration is gone, so that it does not expire at once where it comes to.
Envelope after_death(const Envelope& before, Death death);

class Envelopes {
public:
    EnvelopeId id(const Envelope& envelope);
    const Envelope& operator[](EnvelopeId id) const { return *envelopes_[id]; }
    // As id(change(envelope)), and O(1) when that was asked before with these arguments.
    template <class Change>
    EnvelopeId changed(EnvelopeId before, QueueId queue, DeathReason reason, Change change) {
        const std::uint64_t key = (std::uint64_t{before} << 32U) | (std::uint64_t{queue} << 2U) |
                                  static_cast<std::uint64_t>(reason);
        const auto [known, is_new] = changed_.emplace(key, 0);
        if (is_new) known->second = id(change((*this)[before]));
        return known->second;
    }
    std::size_t size() const { return envelopes_.size(); }

private:
    std::map<Envelope, EnvelopeId> ids_;
    std::vector<const Envelope*> envelopes_;
    std::unordered_map<std::uint64_t, EnvelopeId> changed_;
};

struct Message {
    std::uint64_t identity = 0;  // of the request that published it; the same in all its copies
    std::uint64_t key = 0;
    sim::Time published{};
    std::uint32_t user = 0;
    EnvelopeId envelope = 0;
};
static_assert(sizeof(Message) == 32);

template <class T, std::size_t bytes>
using Blocks = boost::container::deque<
    T, void, typename boost::container::deque_options<boost::container::block_bytes<bytes>>::type>;

class Messages {
public:
    // Nobody has it yet.
    MessageId add(const Message& message) {
        if (free_ == kNoMessage) {
            messages_.push_back(message);
            references_.push_back(0);
            return static_cast<MessageId>(messages_.size() - 1);
        }
        const MessageId id = free_;
        free_ = messages_[id].envelope;
        messages_[id] = message;
        --free_count_;
        return id;
    }
    const Message& operator[](MessageId id) const { return messages_[id]; }

    void hold(MessageId id) { ++references_[id]; }
    // It is gone when nobody has it any more.
    void release(MessageId id) {
        assert(references_[id] > 0);
        if (--references_[id] == 0) drop(id);
    }

    std::size_t size() const { return messages_.size() - free_count_; }

private:
    // Free records are a list through `envelope`.
    void drop(MessageId id) {
        messages_[id].envelope = free_;
        free_ = id;
        ++free_count_;
    }

    Blocks<Message, 8192> messages_;
    Blocks<std::uint32_t, 8192> references_;
    MessageId free_ = kNoMessage;
    std::size_t free_count_ = 0;
};

// A message in a queue, or with a consumer of it.
struct Entry {
    std::uint64_t sequence = 0;  // its place among those of its priority, which it has for good
    sim::Time expires = sim::kForever;
    MessageId message = kNoMessage;
    std::uint16_t returns = 0;   // how often it came back
    std::uint16_t consumer = 0;  // who has it, by its number on the channel
};
static_assert(sizeof(Entry) == 24);

}  // namespace models::amqp
