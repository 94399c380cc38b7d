// What clients and brokers ask brokers, and what these answer.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "models/log_broker/record.h"
#include "models/log_broker/replica_log.h"
#include "models/topics.h"

namespace models {

using BrokerId = std::uint32_t;
inline constexpr BrokerId kNoBroker = std::numeric_limits<BrokerId>::max();
using PartitionId = std::uint32_t;  // among all of the node
using MemberId = std::uint32_t;     // of a consumer group

// Who leads a partition, and who has all that is committed, as the controller says. Of the in-sync
// replicas, the n-th bit is the n-th replica.
struct PartitionState {
    BrokerId leader = kNoBroker;
    Epoch epoch = 0;            // greater with each change of the leader
    std::uint32_t version = 0;  // greater with each change
    std::uint64_t in_sync = 0;
};

using Offsets = std::map<PartitionId, Offset>;
using Assignment = std::vector<PartitionId>;

// On the wire, about as in Kafka's protocol: a header, a partition's number, its number with an
// offset or a leader, a member's id with what it says of itself.
inline constexpr std::uint64_t kMessageHeader = 64;
inline constexpr std::uint64_t kPartitionBytes = 8;
inline constexpr std::uint64_t kOffsetBytes = 16;
inline constexpr std::uint64_t kMemberBytes = 64;

// What a member of a group had when it joined, and in which generation it got that.
struct Owned {
    Assignment partitions{};
    std::int64_t generation = -1;  // none
    // Topics that it subscribes to, of the group's in the order of their names; empty: all.
    std::vector<std::size_t> topics{};
};

// A transactional producer, as its coordinator has numbered it. The one with the highest epoch may
// write, and all before it are fenced.
struct ProducerEpoch {
    std::uint32_t producer = 0;  // 0: none
    std::uint16_t epoch = 0;
};

// Records of a producer that go together.
struct Batch {
    Records records;
    std::uint64_t bytes = 0;
    bool was_appended = false;
};

struct Question {
    enum class Kind : std::uint8_t {
        produce,
        fetch,
        replicate,
        metadata,
        change_in_sync,
        broker_heartbeat,
        register_broker,
        join_group,
        sync_group,
        heartbeat,
        leave_group,
        commit,
        committed,
        init_producer_id,   // of a transactional producer
        add_partitions,     // to its transaction: those of topics, and of the group's offsets
        txn_offset_commit,  // as commit, in a transaction
        end_transaction,    // prepare to commit or abort it
        write_marker        // by the transaction's coordinator
    };
    Kind kind = Kind::produce;
    PartitionId partition = 0;
    std::uint32_t who = 0;      // which broker, or member
    Epoch epoch = 0;            // of the leader; of the group: its generation
    Epoch last_epoch = 0;       // of the last record that a follower has
    Offset offset = 0;          // fetch from here
    std::uint32_t version = 0;  // of the state that it changes
    std::uint64_t in_sync = 0;
    std::uint64_t most_bytes = 0;
    Acks acks = Acks::all;
    std::shared_ptr<Batch> batch{};
    Owned owned{};
    Offsets offsets{};
    std::map<MemberId, Assignment> assignments{};
    ProducerEpoch producer{};      // of a transaction
    Marker marker = Marker::none;  // how it ends
    sim::Duration transaction_timeout{};
    bool reads_committed = false;  // fetch: not beyond the last stable offset

    // On the wire, with its header.
    std::uint64_t bytes() const {
        std::uint64_t all = kMessageHeader + (batch == nullptr ? 0 : batch->bytes) +
                            kOffsetBytes * offsets.size() +
                            kPartitionBytes * owned.partitions.size();
        for (const auto& [member, share] : assignments) {
            all += kMemberBytes + kPartitionBytes * share.size();
        }
        return all;
    }
};

enum class BrokerError : std::uint8_t {
    none,
    refused,     // nobody listens there, or the connection was reset
    timed_out,   // no answer came
    not_leader,  // of the partition; the controller; the group's coordinator
    not_enough_replicas,
    out_of_order,        // a sequence number is missing
    duplicate_sequence,  // that batch is there already
    out_of_range,        // there is no such offset, or not any more
    diverged,            // the follower has what the leader has not
    rebalancing,         // join again
    unknown_member,
    old_generation,
    fenced,      // there is a producer of that name with a higher epoch
    concurrent,  // its last transaction is not over, or the offsets of one are not stable: again
    not_ongoing  // it has no transaction that could end
};

// A piece of a log, as it is in the partition's store.
struct Piece {
    Epoch epoch;
    StoreSlot slot;
    std::uint64_t count;
};

struct BrokerAnswer {
    BrokerError error = BrokerError::none;
    BrokerId leader = kNoBroker;  // as far as the broker knows
    Epoch epoch = 0;
    Offset offset = 0;   // of the first record; where logs part
    StoreSlot slot = 0;  // of the first record
    Offset high_watermark = 0;
    Records records{};
    std::vector<Piece> pieces{};  // where these are in the partition's store
    std::uint64_t records_bytes = 0;
    std::vector<PartitionState> partitions{};
    MemberId member = 0;
    bool leads_group = false;
    std::map<MemberId, Owned> members{};  // told the group's leader, who decides
    Assignment assignment{};
    Offsets offsets{};
    std::uint16_t producer_epoch = 0;

    bool ok() const { return error == BrokerError::none; }
    std::uint64_t bytes() const {
        std::uint64_t all = kMessageHeader + records_bytes + kOffsetBytes * offsets.size() +
                            kOffsetBytes * partitions.size() + kPartitionBytes * assignment.size();
        for (const auto& [each, owned] : members) {
            all += kMemberBytes + kPartitionBytes * owned.partitions.size();
        }
        return all;
    }
};

class Peer;

// On its way to a broker.
struct Asked {
    Peer* from;
    std::uint64_t number;
    std::shared_ptr<Question> question;
};
// On its way back.
struct BrokerTold {
    std::uint64_t number;
    std::shared_ptr<BrokerAnswer> answer;
};
// From the controller to all brokers.
struct Announcement {
    PartitionId partition;
    PartitionState state;
};

}  // namespace models
