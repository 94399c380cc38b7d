#include "models/log_broker/topic_contents.h"

#include <algorithm>
#include <tuple>
#include <vector>

#include "models/log_broker/kafka.h"

namespace models {

namespace {

using Messages = std::vector<sim::StoredMessage>;

void take(Messages& messages, const TopicPartition& partition, const ReplicaLog& log, Offset first,
          Offset end) {
    for (Offset at = first; at < end; ++at) {
        const Record& record = partition.store[log.slot_of(at)];
        if (record.marker != Marker::none) continue;
        sim::StoredMessage& message = messages.emplace_back();
        message.partition = partition.number;
        message.offset = at;
        if (record.has_key) message.key = record.key;
        message.request = record.identity;
        message.created = record.created;
        message.bytes = record.bytes;
    }
}

bool is_before(const sim::StoredMessage& a, const sim::StoredMessage& b) {
    return std::tie(a.created, a.partition, a.offset) < std::tie(b.created, b.partition, b.offset);
}

}  // namespace

// No partition has more of the oldest ones, or of the newest ones, than there is room for.
sim::TopicRecord contents_of(Kafka& kafka, const std::string& topic) {
    sim::TopicRecord record;
    record.name = topic;
    const std::vector<PartitionId> partitions = kafka.partitions_of(topic);
    record.partitions = static_cast<std::uint32_t>(partitions.size());
    Messages all;
    for (const PartitionId each : partitions) {
        const TopicPartition& partition = kafka.partition(each);
        const ReplicaLog& log = kafka.best_replica(partition).log();
        record.messages += kafka.records_in(partition);
        record.bytes += log.bytes();
        const Offset old = std::min(log.start() + record.kOldest, log.end());
        const Offset late = std::max(log.end() - std::min<Offset>(log.end(), record.kNewest), old);
        take(all, partition, log, log.start(), old);
        take(all, partition, log, late, log.end());
    }
    std::sort(all.begin(), all.end(), is_before);
    const std::size_t old = std::min(all.size(), record.kOldest);
    const std::size_t late = std::min(all.size() - old, record.kNewest);
    record.newest.assign(all.end() - static_cast<std::ptrdiff_t>(late), all.end());
    all.resize(old);
    record.oldest = std::move(all);
    return record;
}

}  // namespace models
