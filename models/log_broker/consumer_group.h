// A consumer group: the members (group_member.h), and an account of what became of each record.
//
// A member is a part of a process: of an instance of the server that handles records. It comes and
// goes with it, is reached where that stands, and has records handled there by calls that no
// network carries.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/calls/spread.h"
#include "models/calls/tally.h"
#include "models/log_broker/consumer_group_spec.h"
#include "models/log_broker/group_breaker.h"
#include "models/log_broker/group_member.h"
#include "models/log_broker/group_state.h"
#include "models/log_broker/kafka.h"
#include "models/log_broker/record_fates.h"
#include "models/node.h"
#include "models/processes/instance_parts.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

class ConsumerGroup final : public Node, Reader {
public:
    using Spec = ConsumerGroupSpec;

    ConsumerGroup(const Spec& spec, const Context& context);
    ~ConsumerGroup() override;

    void connect() override;
    void start() override;
    void finish() override;
    void dismiss() override;
    // "lag", "members"
    std::optional<double> reading(std::string_view name) const override;

    const Spec& spec() const { return spec_; }
    const Context& context() const { return context_; }
    Kafka& kafka() const { return *kafka_; }
    GroupState& state() { return *state_; }
    PartitionId coordinator() const { return coordinator_; }
    EndpointId handler_endpoint() const { return endpoint_; }
    std::uint64_t stream() const { return stream_; }
    // What its leader decides.
    // As far as it knows of partitions.
    std::map<MemberId, Assignment> assign(const std::map<MemberId, Owned>& members,
                                          const Assignment& known) const;
    const std::vector<PartitionId>& partitions() const { return partitions_; }
    // At this moment.
    Assignment existing() const;
    bool grows() const;
    // What the members in that instance subscribe to; empty: all topics.
    std::vector<std::size_t> topics_of(std::uint32_t instance) const;
    Service* dead_letter() const { return dead_letter_; }
    // None: nothing pauses it.
    GroupBreaker* breaker() { return breaker_ ? &*breaker_ : nullptr; }

    // As members tell.
    void calls_handler() { context_.meter.sent(to_handler_); }
    void settled(PartitionId partition, StoreSlot slot, const Record& record, Fate fate);

    Tally failures;
    Tally commits;
    Tally lost_commits;
    Tally left_late;
    Spread pause;

private:
    void expires(const TopicPartition& partition, StoreSlot first) override;
    void note_order(PartitionId partition, const Record& record);
    double lag() const;
    double waiting() const;
    sim::Task<void> begin();
    sim::Task<void> reset(OffsetResetSpec reset);
    sim::Task<void> write_offsets(Offsets offsets);
    Offset offset_of(PartitionId partition, const OffsetResetSpec& reset) const;

    Spec spec_;
    Context context_;
    Kafka* kafka_ = nullptr;
    std::unique_ptr<GroupState> state_;
    PartitionId coordinator_ = 0;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    std::vector<GroupTopic> topics_;                      // by name
    std::vector<PartitionId> partitions_;                 // of these, in order
    std::vector<std::optional<std::uint32_t>> index_of_;  // in these, by partition of the broker
    std::vector<RecordFates> fates_;                      // by partition of the broker node
    InstanceParts<GroupMember> members_;
    WaitingMessages waiting_;
    std::size_t to_handler_;  // among the calls of its meter
    Service* dead_letter_ = nullptr;
    std::optional<GroupBreaker> breaker_;
    std::unique_ptr<Peer> operator_;  // who resets offsets
    double lag_peak_ = 0;
    sim::Time newest_{};                // of what was handled: when it was published
    std::vector<sim::Time> newest_of_;  // by partition
    Tally handled_, handled_again_, skipped_, dead_lettered_, aborted_, expired_, out_of_order_,
        out_of_order_in_partition_, breaker_opened_;
    Spread age_;
    sim::TaskGroup works_;
};

}  // namespace models
