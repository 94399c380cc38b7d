#include "models/caches/lfu.h"

namespace models {

// The bucket of that many uses, which comes right after `below` (none: first of all).
Slot Lfu::bucket_above(Slot below, std::uint64_t uses) {
    const Slot above = below == kNoSlot ? rarest_ : buckets_[below].newer;
    if (above != kNoSlot && buckets_[above].uses == uses) return above;
    const Slot made = buckets_.add({uses, {}, below, above, 0});
    (below == kNoSlot ? rarest_ : buckets_[below].newer) = made;
    if (above != kNoSlot) buckets_[above].older = made;
    return made;
}

void Lfu::leave(Slot slot) {
    const Slot at = entries_[slot].mark;
    Bucket& bucket = buckets_[at];
    bucket.used.remove(entries_, slot);
    if (!bucket.used.empty()) return;
    (bucket.older == kNoSlot ? rarest_ : buckets_[bucket.older].newer) = bucket.newer;
    if (bucket.newer != kNoSlot) buckets_[bucket.newer].older = bucket.older;
    buckets_.remove(at);
}

void Lfu::hit(Slot slot) {
    const Slot at = entries_[slot].mark;
    const Slot next = bucket_above(at, buckets_[at].uses + 1);
    leave(slot);
    entries_[slot].mark = next;
    buckets_[next].used.add_newest(entries_, slot);
}

void Lfu::inserted(Slot slot) {
    const Slot first = bucket_above(kNoSlot, 1);
    entries_[slot].mark = first;
    buckets_[first].used.add_newest(entries_, slot);
}

Slot Lfu::evict() {
    const Slot slot = buckets_[rarest_].used.oldest();
    leave(slot);
    return slot;
}

void Lfu::forget(Slot slot) {
    leave(slot);
}

void Lfu::clear() {
    buckets_.clear();
    rarest_ = kNoSlot;
}

}  // namespace models
