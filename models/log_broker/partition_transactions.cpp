#include "models/log_broker/partition_transactions.h"

#include <algorithm>

namespace models {

void PartitionTransactions::note(const Record& record, Offset offset) {
    if (!record.is_transactional) return;
    std::uint16_t& epoch = epochs_[record.producer];
    epoch = std::max(epoch, record.epoch);
    if (record.marker == Marker::none) {
        open_.emplace(record.producer, offset);
        return;
    }
    const auto begun = open_.find(record.producer);
    if (begun == open_.end()) return;
    ended_.push_back({begun->second, offset, record.producer, record.marker});
    open_.erase(begun);
}

void PartitionTransactions::rebuild(const ReplicaLog& log, const RecordStore& store) {
    clear();
    log.for_each([&](Offset offset, StoreSlot slot) { note(store[slot], offset); });
}

void PartitionTransactions::clear() {
    open_.clear();
    ended_.clear();
    epochs_.clear();
}

Offset PartitionTransactions::last_stable(Offset high_watermark) const {
    Offset stable = high_watermark;
    for (const auto& [producer, first] : open_) stable = std::min(stable, first);
    for (const Ended& each : ended_) stable = std::min(stable, each.first);
    return stable;
}

}  // namespace models
