// One broker's replica of a partition: it leads, or follows whoever does.
//
// A follower asks the leader for what comes after its own end, again and again; that question says
// how far it has got, as in Kafka. The leader keeps it until there is something. What all in-sync
// replicas have is committed (the high watermark), and only that is read by consumers. So a record
// with acks of all is answered after one journey to the slowest in-sync follower and back, and
// what it finds under way there.
//
// A follower that has not reached the leader's end for replica_lag_time is taken out of the in-sync
// set, and one that has caught up is taken in again; the controller says so.
//
// The log survives a crash of the process (it is in the machine's page cache), and is lost with its
// disk. Not modelled: loss of what was not written to disk when the machine dies with it.
#pragma once

#include <cstdint>
#include <vector>

#include "models/log_broker/broker_disk.h"
#include "models/log_broker/partition.h"
#include "models/log_broker/partition_transactions.h"
#include "models/log_broker/producer_sequences.h"
#include "models/log_broker/replica_log.h"
#include "sim/gate.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class Broker;
class Kafka;

class Replica {
public:
    Replica(Kafka& kafka, Broker& broker, TopicPartition& partition, std::size_t index);

    // As the controller has said. Older than what is known: nothing.
    void hear(const PartitionState& state);
    // What ran here has died with the process; it is known again what the log says.
    void crash();
    void restart();
    // Its disk is another: nothing of the log is there.
    void lose();
    // What has to be read again after a crash: all since the last segment was closed (a segment is
    // flushed as the next is begun, and its end is the recovery point).
    std::uint64_t unflushed() const {
        return log_.segments().empty() ? 0 : log_.segments().back().bytes;
    }

    bool leads() const { return leads_; }
    const PartitionState& state() const { return state_; }
    const ReplicaLog& log() const { return log_; }
    Offset high_watermark() const { return high_watermark_; }
    TopicPartition& partition() { return partition_; }
    Broker& broker() { return broker_; }
    // "Ask that one."
    BrokerAnswer no_leader() const;

    sim::Task<BrokerAnswer> produce(std::shared_ptr<Question> asked);
    sim::Task<BrokerAnswer> fetch(std::shared_ptr<Question> asked);
    sim::Task<BrokerAnswer> replicate(std::shared_ptr<Question> asked);
    // Of whoever keeps its state here, at the leader: true when it is committed.
    sim::Task<bool> write(Record record);
    // Where that will be.
    StoreSlot next_slot() const { return partition_.store.end(); }
    // The end of a producer's transaction.
    sim::Task<BrokerAnswer> mark(std::shared_ptr<Question> asked);
    bool is_fenced(const Record& record) const { return transactions_.is_fenced(record); }

    void look_after_followers();
    void delete_old_segments(sim::Time now);

private:
    // What a leader knows of another.
    struct Follower {
        Offset end = 0;
        sim::Time caught_up{};  // when it had all that there was then
        sim::Time asked{};      // last, and the leader's end at that time
        Offset end_then = 0;
        std::uint32_t waiting = 0;  // questions of it that are kept, as it has all
    };

    bool still_leads(Epoch epoch) const { return leads_ && state_.epoch == epoch; }
    void lead();
    void lead_no_more();
    void follow();
    sim::Task<void> copy(Epoch epoch);
    bool take(const BrokerAnswer& answer);
    void append(Epoch epoch, StoreSlot slot);
    Offset append(Batch& batch);
    void freed(std::uint64_t bytes_before);
    // Of what is in that answer, from that offset on, what is not in the page cache.
    std::uint64_t cold_bytes(Offset from, const BrokerAnswer& answer);
    void appended();
    void collect(Offset from, Offset to, std::uint64_t most_bytes, BrokerAnswer& into) const;
    Offset readable(const Question& asked) const;
    void settle_transactions();
    void advance();
    void commit(Offset from, Offset to);
    void readmit();
    void ask_for(std::uint64_t in_sync);
    sim::Task<void> tell_controller(Question question);

    Kafka& kafka_;
    Broker& broker_;
    TopicPartition& partition_;
    std::size_t index_;  // among the partition's replicas
    ReplicaLog log_;
    CachedTail cached_;
    Offset high_watermark_ = 0;
    PartitionState state_;
    bool leads_ = false;
    std::vector<Follower> followers_;  // by replica
    ProducerSequences sequences_;
    PartitionTransactions transactions_;
    bool is_changing_ = false;  // it has asked the controller
    sim::Gate changed_;         // whoever waits for a change looks again
    sim::TaskGroup work_;
};

}  // namespace models
