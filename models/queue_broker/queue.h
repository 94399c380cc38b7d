// A queue: first in, first out, to consumers in turn.
//
// Consumers that may take a message stand in line. The first gets the next message and goes to the
// end; one whose prefetch is used up is taken out when its turn comes, and joins at the end when
// it has acknowledged enough (rabbit_queue_consumers.erl). Messages expire, and are dropped by a
// length limit, at the head only. Limits count ready messages, not those that consumers have.
//
// What a queue gives up goes to its dead letter exchange, if it has one, by its virtual host.
//
// A change of a queue that is replicated (quorum_queue.h) is made when a majority has it in its
// log; until then a message that is published is nowhere, and one that is acknowledged still is
// its consumer's.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

#include "models/queue_broker/queue_settings.h"
#include "models/queue_broker/ready_messages.h"
#include "sim/scheduler.h"
#include "sim/timer.h"

namespace models::amqp {

class ClientChannel;
class Queue;
class VirtualHost;

// Of one queue, on one channel.
struct Consumer {
    Queue* queue = nullptr;
    ClientChannel* channel = nullptr;
    std::uint32_t tag = 0;       // on the channel
    std::uint32_t prefetch = 0;  // 0: no limit
    bool acknowledges = true;    // else a message is done with when it is delivered
    bool is_cancelled = false;   // gone, but for what it has not acknowledged
    bool in_line = false;
    std::uint32_t unacknowledged = 0;

    bool may_take() const { return !acknowledges || prefetch == 0 || unacknowledged < prefetch; }
};

// Of a publication, as its virtual host numbers them.
using Ticket = std::uint64_t;

struct Change {
    enum class Kind : std::uint8_t { publish, acknowledge, requeue, reject };
    Kind kind = Kind::publish;
    Ticket ticket = 0;                     // of what is published
    std::uint32_t origin = 0;              // the node that it comes from
    Entry entry{};                         // likewise only the message
    std::shared_ptr<Consumer> consumer{};  // who had it
};

// Makes changes when they are safe: calls Queue::apply.
class Replication {
public:
    virtual void write(Change change) = 0;

protected:
    ~Replication() = default;
};

class Queue final : sim::Event {
public:
    Queue(VirtualHost& host, QueueId id, const QueueSettings& settings);

    void replicate_by(Replication& replication) { replication_ = &replication; }
    // What it has counts there, too: so many bytes and its body for each message.
    void account_to(std::uint64_t& memory, std::uint32_t bytes_for_message) {
        accounts_.push_back(&memory);
        bytes_for_message_ = bytes_for_message;
    }
    // Now, or when it is safe. A channel has what comes back deliver when all has come back.
    void change(Change change) {
        replication_ != nullptr ? replication_->write(std::move(change)) : apply(change);
    }
    void apply(const Change& change);
    void deliver_ready();

    void add(Consumer& consumer);
    void cancel(Consumer& consumer);

    // While nobody leads it, or its node is down: no deliveries, and nothing expires.
    void pause() { is_up_ = false; }
    void resume();
    // With its node: what is not on disk is lost. Nobody consumes from it any more.
    void crash();

    QueueId id() const { return id_; }
    const QueueSettings& settings() const { return settings_; }
    std::size_t ready() const { return ready_.size(); }
    std::uint64_t ready_bytes() const { return ready_bytes_; }
    std::uint64_t unacknowledged() const { return unacknowledged_; }
    std::size_t consumers() const { return consumers_; }
    bool is_up() const { return is_up_; }
    bool is_replicated() const { return replication_ != nullptr; }

private:
    void fire() override;

    bool publish(MessageId message);
    void requeue(Entry entry);
    bool would_overflow(std::uint32_t bytes) const;
    bool overflows() const;
    bool expires_first() const;
    void drop_expired();
    void watch_expiry();
    Consumer* next_consumer();
    bool hand_over_at_once(const Entry& entry);
    void hand_over(Consumer& consumer, const Entry& entry);
    void give_back(Consumer& consumer);
    void add_ready(const Entry& entry, bool is_new);
    Entry take_ready();
    std::uint64_t memory_of(MessageId message) const;
    void give_up(const Entry& entry, DeathReason reason);
    void forget(const Entry& entry);

    VirtualHost& host_;
    QueueId id_;
    QueueSettings settings_;
    Replication* replication_ = nullptr;
    std::vector<std::uint64_t*> accounts_;
    std::uint32_t bytes_for_message_ = 0;
    ReadyMessages ready_;
    std::uint64_t ready_bytes_ = 0;
    std::uint64_t unacknowledged_ = 0;
    std::deque<Consumer*> line_;
    std::size_t consumers_ = 0;
    bool is_delivering_ = false;
    bool is_up_ = true;
    sim::Timer expiry_;
    sim::Time expiry_at_ = sim::kForever;
};

}  // namespace models::amqp
