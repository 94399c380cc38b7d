// A broker: the replicas that it has, cores for what it is asked, a part in the controllers' vote,
// and what it knows of who leads what.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/instance_state.h"
#include "models/log_broker/broker_disk.h"
#include "models/log_broker/broker_memory.h"
#include "models/log_broker/controller.h"
#include "models/log_broker/peer.h"
#include "models/log_broker/replica.h"
#include "models/node.h"
#include "sim/backlog.h"
#include "sim/cpu.h"
#include "sim/semaphore.h"
#include "sim/task_group.h"

namespace models {

class Broker final : public Instance,
                     public Crashable,
                     public Slowable,
                     public Partitionable,
                     public DiskLosing,
                     public DiskFilling,
                     public MemorySharing,
                     MemoryOwner {
public:
    Broker(Kafka& kafka, BrokerId id);
    ~Broker() override;

    // Nobody calls it: it is asked by messages.
    Reply call(Request request) override;
    bool is_up() const override { return up_.is_up() && !is_recovering_; }
    std::uint32_t times_down() const override { return up_.times_down(); }
    void take_down() override;
    void bring_up() override;
    void slow_down(double factor) override { cpu_.set_speed(slow_.slow_down(factor)); }
    void speed_up(double factor) override { cpu_.set_speed(slow_.speed_up(factor)); }
    Ways ways_to_others() override;
    void lose_disk() override;
    void fill_disk(std::int64_t bytes) override;
    void take_memory(std::int64_t bytes) override;
    PlaceId place() const override { return inbox_.place(); }
    std::string_view role() const override;

    void host(TopicPartition& partition, std::size_t replica);
    // Of the next partition, before the run.
    void know(const PartitionState& state) { known_.push_back(state); }
    void start();
    void dismiss();

    BrokerId id() const { return id_; }
    std::string name() const;
    sim::Cpu& cpu() { return cpu_; }
    // Its cores, for which also wait the records that producers have behind batches of theirs.
    sim::Use use_of_cores() const;
    sim::Use use_of_disk();
    // So many more records wait in a producer until batches to this broker are acknowledged.
    void wait_behind(std::int64_t records);
    // Null: what is written and read takes no time and has no end.
    BrokerDisk* disk() { return disk_ ? &*disk_ : nullptr; }
    // Null: batches take none.
    BrokerMemory* memory() { return memory_ ? &*memory_ : nullptr; }
    // Until so much may be appended; false when it has no room, and the broker ends.
    sim::Task<bool> room_for(std::uint64_t bytes);
    // What is not in the page cache.
    sim::Task<void> read(std::uint64_t bytes);
    Peer& peer() { return *peer_; }
    Mailbox<Asked>& inbox() { return inbox_; }
    Mailbox<Announcement>& announcements() { return announcements_; }
    Replica* replica(PartitionId partition);
    const PartitionState& known(PartitionId partition) const { return known_[partition]; }
    Controller* controller() { return controller_ ? &*controller_ : nullptr; }
    // Whoever of the controllers is the active one.
    sim::Task<BrokerAnswer> ask_controller(Question question, sim::Duration timeout);
    void hear(const Announcement& announcement);

    std::uint64_t requests = 0;

private:
    // A batch or a fetch that waits for the disk, for as long as this is there.
    class AtDisk {
    public:
        explicit AtDisk(Broker& broker);
        AtDisk(const AtDisk&) = delete;
        AtDisk& operator=(const AtDisk&) = delete;
        ~AtDisk();

    private:
        Broker& broker_;
        BrokerDisk::Wait waiting_;
    };
    void move_behind(sim::Backlog& from, sim::Backlog& to);

    struct Connection {
        std::unique_ptr<Channel<BrokerTold>> answers;
        Peer* peer;
    };

    void take(const Asked& asked);
    sim::Task<void> serve(Asked asked);
    sim::Semaphore& turns_of(const Peer& peer, PartitionId partition);
    sim::Task<BrokerAnswer> answer(std::shared_ptr<Question> question);
    sim::Task<BrokerAnswer> answer_at_once(std::shared_ptr<Question> question);
    void tell(Peer& peer, const BrokerTold& told, std::uint32_t bytes);
    void refuse(const Asked& asked);
    sim::Task<void> beat();
    sim::Task<void> look_after_replicas();
    sim::Task<void> look_after_segments();
    sim::Task<void> end();
    sim::Task<void> die(std::string_view why);
    void come_up();
    sim::Task<void> recover();
    void leave_cache();
    void stop_world() override { cpu_.set_speed(slow_.pause(true)); }
    void resume_world() override { cpu_.set_speed(slow_.pause(false)); }
    void collector_takes(double share) override { cpu_.set_speed(slow_.set_base(1 - share)); }
    bool out_of_memory(std::string_view why) override;

    Kafka& kafka_;
    BrokerId id_;
    Mailbox<Asked> inbox_;
    Mailbox<Announcement> announcements_;
    std::unique_ptr<Peer> peer_;
    sim::Cpu cpu_;
    sim::Semaphore appends_;  // whose turn it is to wait for the disk
    std::optional<BrokerDisk> disk_;
    std::optional<BrokerMemory> memory_;
    bool is_recovering_ = false;
    bool is_without_room_ = false;  // it has ended for that
    bool is_dying_ = false;         // of its memory
    // Records that wait behind others: for cores, or, while anybody waits for the disk, for that.
    sim::Backlog behind_;
    sim::Backlog behind_disk_;
    std::int64_t behind_records_ = 0;
    std::uint32_t at_disk_ = 0;
    UpState up_;
    SpeedState slow_;
    std::map<PartitionId, std::unique_ptr<Replica>> replicas_;
    std::vector<Replica*> replica_of_;   // by partition; null: it has none
    std::vector<PartitionState> known_;  // by partition
    std::map<std::uint32_t, Connection> connections_;
    // Whose batch is worked on: a connection's, by its peer's number, for a partition.
    std::map<std::pair<std::uint32_t, PartitionId>, sim::Semaphore> turns_;
    Sender resets_;
    std::optional<Controller> controller_;
    BrokerId believed_controller_ = 0;
    sim::TaskGroup works_;
    sim::TaskGroup ends_;  // of the process, by itself
};

}  // namespace models
