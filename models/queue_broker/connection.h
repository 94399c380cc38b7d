// A client's side of a connection, with one channel. It connects to one node after another until
// one takes it, and again when it is lost (the automatic recovery of RabbitMQ's clients).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "models/network/channel.h"
#include "models/queue_broker/frames.h"
#include "sim/timer.h"

namespace models::amqp {

class Cluster;

// Whose it is.
class ConnectionUser {
public:
    // It is open, for the first time or again; whoever consumes says so now.
    virtual void opened() = 0;
    virtual void deliver(const Delivery& delivery) = 0;
    virtual void confirm(std::uint64_t number, bool is_accepted) = 0;
    virtual void returned(std::uint64_t number) = 0;
    // What was not confirmed may be there or not; what was not acknowledged is somebody else's.
    virtual void lost() = 0;
    // By the broker, whose memory is short; what is published meanwhile waits there.
    virtual void unblocked() {}

protected:
    ~ConnectionUser() = default;
};

class Connection final : sim::Event {
public:
    struct Where {
        Links* links = nullptr;  // null: a message takes no time
        PlaceId place = kNowhere;
        std::string name{};
        std::uint32_t first_node = 0;  // that it tries
    };
    Connection(Cluster& cluster, const Where& where, ConnectionUser& user);

    void open();
    // When it is not open these do nothing.
    void publish(const Publication& publication);
    void consume(QueueId queue, const ConsumeOptions& options);
    void cancel(std::uint32_t consumer);
    void acknowledge(std::uint64_t tag, bool multiple = false);
    void nack(std::uint64_t tag, bool multiple, bool requeue);
    void close();
    // Its process dies: the kernel closes its sockets. Nobody is told on this side.
    void die() { close(); }

    bool is_open() const { return is_open_; }
    bool is_blocked() const { return is_blocked_; }
    std::uint32_t number() const { return number_; }
    const std::string& name() const { return where_.name; }
    Links* links() const { return where_.links; }
    Mailbox<NodeFrame>& inbox() { return inbox_; }
    std::uint32_t node() const { return node_; }

private:
    void fire() override;
    void take(const NodeFrame& frame);
    void send(ClientFrame frame);
    void connect();
    void lose();
    Channel<ClientFrame>& way();

    Cluster& cluster_;
    Where where_;
    ConnectionUser& user_;
    std::uint32_t number_;
    Mailbox<NodeFrame> inbox_;
    std::map<std::uint32_t, std::unique_ptr<Channel<ClientFrame>>> ways_;  // by node
    std::uint32_t node_;
    std::uint32_t attempt_ = 0;
    bool wants_open_ = false;
    bool is_open_ = false;
    bool is_blocked_ = false;
    sim::Time heard_{};
    sim::Timer timer_;  // open: heartbeats; else: until it tries again
};

}  // namespace models::amqp
