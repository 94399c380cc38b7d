#include "models/log_broker/topic_contents.h"

#include <algorithm>
#include <tuple>
#include <utility>
#include <vector>

#include "models/log_broker/kafka.h"

namespace models {

namespace {

// Where a record is, and what it comes before.
struct Found {
    sim::Time created;
    std::uint32_t partition;
    Offset at;
    StoreSlot slot;
    PartitionId id;

    bool operator<(const Found& other) const {
        return std::tie(created, partition, at) <
               std::tie(other.created, other.partition, other.at);
    }
};

bool is_before(const Found& one, const Found& other) {
    return one < other;
}
bool is_after(const Found& one, const Found& other) {
    return other < one;
}

// Of all that it is offered, the first so many: by far most are only compared with the last of
// these.
class FirstFew {
public:
    using Order = bool (*)(const Found& one, const Found& other);
    FirstFew(std::size_t most, Order order) : most_(most), order_(order) {}

    void offer(const Found& found) {
        if (kept_.size() == most_) {
            if (!order_(found, kept_.front())) return;
            std::pop_heap(kept_.begin(), kept_.end(), order_);
            kept_.back() = found;
        } else {
            kept_.push_back(found);
        }
        std::push_heap(kept_.begin(), kept_.end(), order_);
    }
    // In the order of time.
    std::vector<Found> take() {
        std::sort(kept_.begin(), kept_.end());
        return std::move(kept_);
    }

private:
    std::size_t most_;
    Order order_;
    std::vector<Found> kept_;
};

void offer(FirstFew& few, const TopicPartition& partition, const ReplicaLog& log, Offset first,
           Offset end) {
    for (Offset at = first; at < end;) {
        const ReplicaLog::Run& run = log.run_of(at);
        for (const Offset last = std::min(end, log.end_of(run)); at < last; ++at) {
            const StoreSlot slot = run.slot + (at - run.offset);
            const Record& record = partition.store[slot];
            if (record.marker != Marker::none) continue;
            few.offer({record.created, partition.number, at, slot, partition.id});
        }
    }
}

sim::StoredMessage message_of(const Found& found, const Record& record) {
    sim::StoredMessage message;
    message.partition = found.partition;
    message.offset = found.at;
    if (record.has_key) message.key = record.key;
    message.request = record.identity;
    message.created = record.created;
    message.bytes = record.bytes;
    return message;
}

}  // namespace

// No partition has more of the oldest ones, or of the newest ones, than there is room for.
sim::TopicRecord contents_of(Kafka& kafka, const std::string& topic) {
    sim::TopicRecord record;
    record.name = topic;
    const std::vector<PartitionId> partitions = kafka.partitions_of(topic);
    record.partitions = 0;
    FirstFew oldest(record.kOldest, is_before);
    FirstFew newest(record.kNewest, is_after);
    for (const PartitionId each : partitions) {
        const TopicPartition& partition = kafka.partition(each);
        if (!partition.exists) continue;
        ++record.partitions;
        const ReplicaLog& log = kafka.best_replica(partition).log();
        record.messages += kafka.records_in(partition);
        record.bytes += log.bytes();
        const Offset late = log.end() - std::min<Offset>(log.end() - log.start(), record.kNewest);
        offer(oldest, partition, log, log.start(),
              std::min(log.start() + record.kOldest, log.end()));
        offer(newest, partition, log, late, log.end());
    }
    const auto show = [&](const Found& each) {
        return message_of(each, kafka.partition(each.id).store[each.slot]);
    };
    const std::vector<Found> old = oldest.take();
    for (const Found& each : old) record.oldest.push_back(show(each));
    for (const Found& each : newest.take()) {
        if (old.back() < each) record.newest.push_back(show(each));
    }
    return record;
}

}  // namespace models
