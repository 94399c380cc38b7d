#include "models/caches/sampled.h"

#include <algorithm>

namespace models {

void Sampled::inserted(Slot slot) {
    Entry& entry = shelf_.entries[slot];
    entry.mark = first_mark();
    entry.newer = kNoSlot;
    entry.older = kNoSlot;
    if (!is_member(entry)) return;
    entry.older = static_cast<Slot>(members_.size());
    members_.push_back(slot);
}

Slot Sampled::evict() {
    if (members_.empty()) return kNoSlot;
    fill_pool();
    const Slot slot = pool_[pool_size_ - 1].slot;
    remove_member(slot);
    return slot;
}

void Sampled::fill_pool() {
    for (std::uint32_t sample = 0; sample < samples_; ++sample) {
        const Slot slot = members_[draws_.below(members_.size())];
        offer({score(shelf_.entries[slot]), slot});
    }
}

// As evictionPoolPopulate: behind the last with a lower score; a full pool drops its lowest.
void Sampled::offer(Candidate candidate) {
    const auto end = pool_.begin() + static_cast<std::ptrdiff_t>(pool_size_);
    const auto same = [&](const Candidate& each) { return each.slot == candidate.slot; };
    if (std::any_of(pool_.begin(), end, same)) return;
    const auto place = std::find_if(
        pool_.begin(), end, [&](const Candidate& each) { return each.score >= candidate.score; });
    if (pool_size_ < kPool) {
        std::move_backward(place, end, end + 1);
        *place = candidate;
        ++pool_size_;
        return;
    }
    if (place == pool_.begin()) return;
    std::move(pool_.begin() + 1, place, pool_.begin());
    *(place - 1) = candidate;
}

void Sampled::remove_member(Slot slot) {
    Entry& entry = shelf_.entries[slot];
    if (entry.older == kNoSlot) return;
    const Slot last = members_.back();
    members_[entry.older] = last;
    shelf_.entries[last].older = entry.older;
    members_.pop_back();
    entry.older = kNoSlot;
    const auto end = pool_.begin() + static_cast<std::ptrdiff_t>(pool_size_);
    const auto pooled =
        std::find_if(pool_.begin(), end, [&](const Candidate& each) { return each.slot == slot; });
    if (pooled == end) return;
    std::move(pooled + 1, end, pooled);
    --pool_size_;
}

void Sampled::forget(Slot slot) {
    remove_member(slot);
}

void Sampled::clear() {
    members_.clear();
    pool_size_ = 0;
}

}  // namespace models
