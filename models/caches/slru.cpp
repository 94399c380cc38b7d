#include "models/caches/slru.h"

namespace models {

void Segments::hit(Slot slot) {
    const std::uint32_t top = static_cast<std::uint32_t>(segments_.size()) - 1;
    const std::uint32_t from = entries_[slot].mark;
    if (from == top) return segments_[top].renew(entries_, slot);
    segments_[from].remove(entries_, slot);
    entries_[slot].mark = from + 1;
    segments_[from + 1].add_newest(entries_, slot);
    for (std::uint32_t at = from + 1; at > 0; --at) {
        while (segments_[at].bytes() > capacities_[at]) {
            fall(segments_[at].take_oldest(entries_), at - 1);
        }
    }
}

// Whoever is in the lowest one's way when one more comes into it goes.
void Segments::fall(Slot slot, std::uint32_t to) {
    EntryChain& segment = segments_[to];
    while (to == 0 && !segment.empty() && segment.bytes() + entries_[slot].bytes > capacities_[0]) {
        state_.dropped.push_back(segment.take_oldest(entries_));
    }
    entries_[slot].mark = to;
    segment.add_newest(entries_, slot);
}

void Segments::inserted(Slot slot) {
    const std::uint32_t bytes = entries_[slot].bytes;
    std::uint32_t at = 0;
    while (at < segments_.size() && segments_[at].bytes() + bytes > capacities_[at]) ++at;
    if (at == segments_.size()) at = 0;
    entries_[slot].mark = at;
    segments_[at].add_newest(entries_, slot);
}

// The oldest of the lowest segment that has any.
Slot Segments::victim() const {
    for (const EntryChain& segment : segments_) {
        if (!segment.empty()) return segment.oldest();
    }
    return kNoSlot;
}

void Segments::forget(Slot slot) {
    segments_[entries_[slot].mark].remove(entries_, slot);
}

std::uint64_t Segments::bytes() const {
    std::uint64_t sum = 0;
    for (const EntryChain& segment : segments_) sum += segment.bytes();
    return sum;
}

}  // namespace models
