#include "models/caches/sampled.h"

#include <algorithm>

namespace models {

void Sampled::add_member(Slot slot, std::uint32_t mark) {
    Entry& entry = state_.entries[slot];
    entry.mark = mark;
    entry.newer = kNoSlot;
    entry.older = kNoSlot;
    if (!is_member(entry)) return;
    entry.older = static_cast<Slot>(members_.size());
    members_.push_back(slot);
}

// As evictionPoolPopulate: behind the last with a lower score; a full pool drops its lowest.
void Sampled::offer(std::uint64_t score, Slot slot) {
    const bool is_full = pool_size_ == kPool;
    if (is_full && score <= scores_[0]) return;
    if (is_pooled(slot)) return;
    std::uint32_t place = 0;
    for (std::uint32_t each = 0; each < pool_size_; ++each) place += scores_[each] < score;
    if (is_full) {
        std::copy(scores_.begin() + 1, scores_.begin() + place, scores_.begin());
        std::copy(slots_.begin() + 1, slots_.begin() + place, slots_.begin());
        --place;
    } else {
        const auto behind = pool_size_++;
        std::copy_backward(scores_.begin() + place, scores_.begin() + behind,
                           scores_.begin() + pool_size_);
        std::copy_backward(slots_.begin() + place, slots_.begin() + behind,
                           slots_.begin() + pool_size_);
    }
    scores_[place] = score;
    slots_[place] = slot;
}

void Sampled::remove_member(Slot slot) {
    Entry& entry = state_.entries[slot];
    const Slot last = members_.back();
    members_[entry.older] = last;
    state_.entries[last].older = entry.older;
    members_.pop_back();
    entry.older = kNoSlot;
}

void Sampled::remove_pooled(Slot slot) {
    const auto at = std::find(slots_.begin(), slots_.end(), slot) - slots_.begin();
    std::copy(slots_.begin() + at + 1, slots_.end(), slots_.begin() + at);
    std::copy(scores_.begin() + at + 1, scores_.end(), scores_.begin() + at);
    slots_.back() = kNoSlot;
    scores_.back() = kHighest;
    --pool_size_;
}

void Sampled::clear() {
    members_.clear();
    scores_.fill(kHighest);
    slots_.fill(kNoSlot);
    pool_size_ = 0;
}

}  // namespace models
