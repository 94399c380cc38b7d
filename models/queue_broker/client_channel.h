// A channel of a client (AMQP 0-9-1): what it publishes, and what it consumes and has not
// acknowledged yet, by delivery tags that count from 1.
//
// When it closes, because its connection or its client is gone or it has kept a message for longer
// than the acknowledgement timeout, all of that goes back to its queues.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/queue_broker/queue.h"
#include "models/queue_broker/unacknowledged.h"
#include "sim/timer.h"

namespace models::amqp {

class VirtualHost;

struct Delivery {
    std::uint64_t tag = 0;
    Message message{};
    std::uint16_t consumer = 0;
    std::uint16_t returns = 0;  // how often the message came back

    bool is_redelivered() const { return returns > 0; }
};

// The channel's other end.
class ChannelClient {
public:
    virtual void deliver(const Delivery& delivery) = 0;
    // Of what was published with that number; false: a queue refused it (basic.nack).
    virtual void confirm(std::uint64_t number, bool is_accepted) = 0;
    // No queue wanted it, and it was mandatory. It is confirmed all the same, after this.
    virtual void returned(std::uint64_t number) = 0;
    // By the broker.
    virtual void closed() = 0;

protected:
    ~ChannelClient() = default;
};

struct Publication {
    Message message{};
    bool mandatory = false;
    std::uint64_t number = 0;  // 0: nobody asks for a confirm
};

struct ConsumeOptions {
    std::uint32_t prefetch = 0;  // 0: no limit
    bool acknowledges = true;
};

class ClientChannel final : sim::Event {
public:
    // At that node.
    ClientChannel(VirtualHost& host, ChannelClient& client, std::uint32_t node = 0);
    ClientChannel(const ClientChannel&) = delete;
    ClientChannel& operator=(const ClientChannel&) = delete;
    ~ClientChannel();

    void publish(const Publication& publication);
    // The consumer's tag.
    std::uint32_t consume(QueueId queue, const ConsumeOptions& options);
    // It gets nothing more; what it has it still may acknowledge.
    void cancel(std::uint32_t consumer);
    // A tag that is not there is an error of the client: the channel closes.
    void acknowledge(std::uint64_t tag, bool multiple = false);
    // (basic.reject is basic.nack of one.)
    void nack(std::uint64_t tag, bool multiple, bool requeue);
    void close();
    // By the broker, for a reason of its own: its client is told.
    void fail();

    bool consumes_from(QueueId queue) const;
    std::uint32_t node() const { return node_; }
    bool is_open() const { return is_open_; }
    std::size_t unacknowledged() const { return unacknowledged_.size(); }
    std::uint32_t number() const { return number_; }

private:
    friend Queue;
    friend VirtualHost;
    // What has been delivered from that tag on must be acknowledged by then.
    struct Deadline {
        std::uint64_t tag;
        sim::Time at;
    };

    void fire() override;
    void deliver(const Consumer& consumer, Entry entry);
    void settle(std::uint64_t tag, bool multiple, Change::Kind kind);
    void give_back(const Entry& entry, Change::Kind kind);
    void note_deadline(std::uint64_t tag);
    void watch_timeout();

    VirtualHost& host_;
    ChannelClient& client_;
    std::uint32_t node_;
    std::uint32_t number_;
    bool is_open_ = true;
    sim::Time opened_;
    std::uint64_t tags_ = 0;
    std::vector<std::shared_ptr<Consumer>> consumers_;  // by tag
    Unacknowledged unacknowledged_;
    std::vector<Deadline> deadlines_;  // few: the broker looks once a tick only
    std::vector<Entry> settled_;       // room for a settlement
    sim::Timer timeout_;
};

}  // namespace models::amqp
