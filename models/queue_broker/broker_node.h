// A node of a broker: a process with cores, and a session for each connection to it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/instance_state.h"
#include "models/network/mailbox.h"
#include "models/node.h"
#include "models/queue_broker/frames.h"
#include "models/queue_broker/session.h"
#include "sim/backlog.h"
#include "sim/cpu.h"

namespace models::amqp {

class Cluster;

class BrokerNode final : public Instance, public Crashable, public Slowable, public Partitionable {
public:
    BrokerNode(Cluster& cluster, std::uint32_t number);
    ~BrokerNode() override;

    // Nobody calls it: it is sent frames.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up(); }
    std::uint32_t times_down() const override { return up_.times_down(); }
    // All connections to it are reset; what its queues had in memory only is lost.
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Ways ways_to_others() override;
    PlaceId place() const override { return inbox_.place(); }
    std::string_view role() const override;

    // All its connections.
    void dismiss();

    std::uint32_t number() const { return number_; }
    std::string name() const;
    Cluster& cluster() { return cluster_; }
    sim::Cpu& cpu() { return cpu_; }
    // With what waits in its connections for what is before it there.
    sim::Use use_of_cores() const;
    // So many frames more, or less, do so from now on.
    void wait_behind(std::int64_t more);
    Mailbox<ClientFrame>& inbox() { return inbox_; }
    Sender& resets() { return resets_; }
    // That consume from it: their channels close, and they are told.
    void drop_consumers_of(QueueId queue);
    void alarm_changed();

    std::uint64_t frames = 0;  // that it got

private:
    void take(const ClientFrame& frame);

    Cluster& cluster_;
    std::uint32_t number_;
    Mailbox<ClientFrame> inbox_;
    Sender resets_;
    sim::Cpu cpu_;
    sim::Backlog behind_;
    UpState up_;
    SpeedState slow_;
    std::vector<std::unique_ptr<Session>> sessions_;  // by connection; null: none
};

}  // namespace models::amqp
