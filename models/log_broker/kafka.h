// A cluster of Kafka brokers and its topics, as producers and consumer groups find it.
//
//     Kafka         the node: topics, brokers, figures
//     Broker        a machine: replicas, cores, what it is asked (peer.h, wire.h)
//     Replica       a partition's log at a broker: it leads or follows (replica_log.h, record.h)
//     Controller    who leads what, agreed on by a majority of voters
//     Producer      what a step that publishes talks to: batches, retries, back-pressure
//     GroupState    a consumer group, at its coordinator; ConsumerGroup has its members
//
// README.md has the design, and what is left out.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/log_broker/broker.h"
#include "models/log_broker/kafka_spec.h"
#include "models/log_broker/partition.h"
#include "models/log_broker/producer.h"
#include "models/log_broker/transaction_log.h"
#include "models/node.h"
#include "models/replication/member_places.h"
#include "models/topics.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

// Whoever keeps an account of records of its own.
class Reader {
public:
    // Retention is about to delete the records of that partition that are before that slot.
    virtual void expires(const TopicPartition& partition, StoreSlot first) = 0;

protected:
    ~Reader() = default;
};

class GroupState;

class Kafka final : public Node, public Topics {
public:
    using Spec = KafkaSpec;

    Kafka(const Spec& spec, const Context& context);
    ~Kafka() override;

    void start() override;
    void begin_measuring() override;
    void finish() override;
    void dismiss() override;
    Service* service() override { return &closed_; }
    Topics* topics() override { return this; }
    std::optional<EndpointId> endpoint(std::string_view name) const override;
    std::span<Instance* const> instances() override { return instances_; }

    Service& producer(std::string_view topic, const ProducerSpec& spec,
                      const Context& caller) override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    MemberPlaces& places() { return places_; }
    // By a failure, or by themselves: of a full disk, of their memory.
    bool can_lose_brokers() const { return context_.world.can_fail || spec_.disk || spec_.memory; }
    Broker& broker(BrokerId id) { return *brokers_[id]; }
    PartitionId partitions() const { return static_cast<PartitionId>(partitions_.size()); }
    TopicPartition& partition(PartitionId id) { return partitions_[id]; }
    PartitionState first_state(PartitionId id) const;
    // In the order of their numbers.
    std::vector<PartitionId> partitions_of(std::string_view topic) const;
    // Whether it has such as come while the run goes.
    bool grows(std::string_view topic) const;
    std::uint32_t number_a_peer() { return ++peers_; }
    std::uint32_t number_a_producer() { return ++producer_numbers_; }
    // Before the run. Where that group's offsets are written.
    PartitionId keep_offsets_of(GroupState& group);
    // Before the run: there will be transactional producers.
    void keep_transactions();
    // Of that transactional id: the partition that its coordinator leads.
    PartitionId coordinator_of(std::string_view transactional_id) const;
    // By the number that it gets, in a request that it is within; null: none of them.
    std::uint32_t add_transactional(TransactionalProducer& producer);
    TransactionalProducer* transactional_producer(std::uint32_t within) const;
    void tell_of_expiry(Reader& reader) { readers_.push_back(&reader); }

    // What its parts tell it.
    void appended(const TopicPartition& partition, Batch& batch);
    // At these slots; none: nobody has said that it is there.
    void published(TopicPartition& partition, const Batch& batch, std::optional<StoreSlot> at);
    void failed(const Batch& batch);
    void died(const Batch& batch);
    void aborted(const TopicPartition& partition, const Record& record);
    void ended_transaction(Marker marker);
    void died_of_memory() { deaths_.add(); }
    void recovered(sim::Duration took) { recovery_time_.at_least(sim::seconds(took)); }
    void timed_out_transaction() { transaction_timeouts_.add(); }
    void created(PartitionId id);
    void elected(PartitionId id, const PartitionState& before, const PartitionState& now);
    void has_controller(const Broker& broker);
    void forget_deleted();
    Spread& publish_time() { return publish_time_; }
    // Whether it is a record that was published in the measured time.
    bool counts(const Record& record) const;

    // Kept of it, without what ends transactions.
    std::uint64_t records_in(const TopicPartition& partition);
    // The replica that has all of a partition that is there, at this moment.
    Replica& best_replica(const TopicPartition& partition);

private:
    // Nobody calls it: it is published to.
    class Closed final : public Service {
    public:
        Reply call(Request request) override;
    };

    PartitionId add(const std::string& topic, std::uint32_t number, const TopicSpec& settings,
                    bool exists = true);
    sim::Task<void> alter(std::string topic, AlterSpec change);
    std::uint64_t lost_of(const TopicPartition& partition);
    double count(const Batch& batch) const;

    Spec spec_;
    Context context_;
    MemberPlaces places_;
    Closed closed_;
    std::deque<TopicPartition> partitions_;
    std::vector<std::unique_ptr<Broker>> brokers_;
    std::vector<Instance*> instances_;
    std::vector<std::unique_ptr<Producer>> producers_;
    std::vector<Reader*> readers_;
    std::uint32_t peers_ = 0;
    std::uint32_t producer_numbers_ = 0;
    std::vector<std::unique_ptr<TransactionLog>> transactions_;  // by partition of theirs
    PartitionId first_transactions_ = 0;
    std::map<std::uint32_t, TransactionalProducer*> transactional_;  // by Request::within
    Tally published_, failed_, died_, appended_, appended_again_, batches_, expired_, elections_,
        unclean_elections_, controller_elections_, aborted_, transactions_committed_,
        transactions_aborted_, transaction_timeouts_, deaths_, recovery_time_;
    Spread publish_time_;
    sim::Duration busy_before_{};
    std::uint64_t read_before_ = 0;
    sim::TaskGroup alterations_;
};

}  // namespace models
