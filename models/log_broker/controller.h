// One voter of the controllers (KRaft): it has a log of who leads which partition and which brokers
// are fenced, on which a majority agrees (replication/raft.h). The one that leads is active: it
// hears heartbeats of brokers, decides, and announces what is decided to all brokers.
//
// A broker that is not heard of for a session is fenced: it leads nothing, and is in no in-sync set
// but one that would be empty. Then the first in-sync replica that is not fenced leads, or none;
// or, where the topic allows an unclean election, any replica that is there. Every while the first
// replica, if it is in sync, leads again.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/log_broker/peer.h"
#include "models/log_broker/wire.h"
#include "models/network/mailbox.h"
#include "models/replication/raft.h"
#include "sim/task_group.h"

namespace models {

class Broker;
class Kafka;

struct ControlCommand {
    enum class Kind : std::uint8_t { partition, fence, unfence };
    Kind kind = Kind::partition;
    std::uint32_t id = 0;  // of the partition, or the broker
    PartitionState state{};
};

class Controller final : RaftHost<ControlCommand> {
public:
    using Message = RaftMessage<ControlCommand>;

    Controller(Kafka& kafka, Broker& broker);

    void start();
    void crash();
    void restart();
    void dismiss();

    bool is_active() const { return raft_.leads(); }
    Mailbox<Message>& inbox() { return inbox_; }
    // Answered by the active one; others say who that is.
    BrokerAnswer answer(const Question& question);
    // Of the active one: that partition is there from now on, led by the first replica that can.
    void create(PartitionId id);
    const std::vector<PartitionState>& image() const { return image_; }

private:
    void change_in_sync(const Question& question);
    void register_broker(BrokerId broker);
    bool leads_any(BrokerId broker) const;
    void settle(PartitionId partition);
    void settle_all();
    void prefer_first_replicas();
    void announce(PartitionId partition);
    void announce_all_to(BrokerId broker);
    void propose(PartitionId partition, PartitionState state);
    sim::Task<void> watch_sessions();

    void apply(std::uint64_t index, const ControlCommand& command) override;
    void leads_now() override;
    void leads_no_more() override;
    bool stands_still() const override { return false; }
    void send(Voter to, Message message) override;

    Kafka& kafka_;
    Broker& broker_;
    Mailbox<Message> inbox_;
    Sender sender_;
    RaftMember<ControlCommand> raft_;
    std::vector<PartitionState> image_;  // by partition
    std::vector<bool> is_fenced_;        // by broker
    std::vector<sim::Time> heard_;
    std::vector<std::unique_ptr<Channel<Announcement>>> ways_;  // to brokers
    bool is_active_ = false;
    sim::Time rebalanced_{};
    sim::TaskGroup work_;
};

}  // namespace models
