// A node's side of a connection: frames are read one after another and written one after another,
// each for its core time.
//
// While the memory alarm is on, whoever publishes is not read from after that: what it sends waits
// here, as it would in its socket, with everything behind it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>

#include "models/network/channel.h"
#include "models/queue_broker/frames.h"
#include "sim/task_group.h"
#include "sim/timer.h"

namespace models::amqp {

class BrokerNode;

class Session final : public ChannelClient, sim::Event {
public:
    Session(BrokerNode& node, Connection& peer, std::uint32_t attempt);
    ~Session();

    void take(const ClientFrame& frame);
    void alarm_changed();
    void stop();

    ClientChannel& channel() { return channel_; }
    Connection& peer() { return peer_; }
    std::uint32_t attempt() const { return attempt_; }
    bool is_open() const { return channel_.is_open(); }
    bool is_blocked() const { return is_blocked_; }
    std::size_t unread() const { return unread_.size(); }

private:
    void deliver(const Delivery& delivery) override;
    void confirm(std::uint64_t number, bool is_accepted) override;
    void returned(std::uint64_t number) override;
    void closed() override;
    void fire() override;

    sim::Task<void> read();
    sim::Task<void> write();
    sim::Duration time_of(const ClientFrame& frame) const;
    void handle(const ClientFrame& frame);
    void note_waiting();
    void send(NodeFrame frame);
    void watch_heartbeat();

    BrokerNode& node_;
    Connection& peer_;
    std::uint32_t attempt_;
    ClientChannel channel_;
    Channel<NodeFrame> way_;
    std::deque<ClientFrame> unread_;
    std::deque<NodeFrame> unwritten_;
    std::size_t waiting_ = 0;  // of both, for the node's cores, as it knows
    bool is_reading_ = false;
    bool is_writing_ = false;
    bool is_blocked_ = false;
    sim::Time heard_{};
    sim::Timer heartbeat_;
    sim::TaskGroup works_;
};

}  // namespace models::amqp
