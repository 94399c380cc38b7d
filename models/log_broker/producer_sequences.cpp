#include "models/log_broker/producer_sequences.h"

namespace models {

namespace {

constexpr std::size_t kKnownBatches = 5;  // of a producer

}  // namespace

void ProducerSequences::note(const Record& record, StoreSlot slot, Offset offset) {
    if (record.producer == 0 || record.marker != Marker::none) return;
    Known& known = known_[record.producer];
    std::deque<Appended>& batches = known.batches;
    if (record.epoch > known.epoch) batches.clear();
    known.epoch = record.epoch;
    const bool goes_on = !batches.empty() &&
                         batches.back().sequence + batches.back().count == record.sequence &&
                         batches.back().slot + batches.back().count == slot;
    if (goes_on) {
        ++batches.back().count;
        return;
    }
    batches.push_back({record.sequence, 1, slot, offset});
    if (batches.size() > kKnownBatches) batches.pop_front();
}

void ProducerSequences::rebuild(const ReplicaLog& log, const RecordStore& store) {
    known_.clear();
    log.for_each([&](Offset offset, StoreSlot slot) { note(store[slot], slot, offset); });
}

ProducerSequences::Found ProducerSequences::find(const Batch& batch) const {
    const Record& first = batch.records.front();
    if (first.producer == 0) return {};
    const auto found = known_.find(first.producer);
    const bool is_new = found == known_.end() || found->second.epoch < first.epoch;
    const Appended last = is_new ? Appended{} : found->second.batches.back();
    if (first.sequence == last.sequence + last.count) return {};
    if (is_new) return {BrokerError::out_of_order};
    for (const Appended& each : found->second.batches) {
        const bool is_here =
            first.sequence >= each.sequence && first.sequence < each.sequence + each.count;
        if (!is_here) continue;
        const std::uint32_t after = first.sequence - each.sequence;
        return {BrokerError::duplicate_sequence, each.slot + after, each.offset + after};
    }
    return {BrokerError::out_of_order};
}

}  // namespace models
