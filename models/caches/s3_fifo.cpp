#include "models/caches/s3_fifo.h"

namespace models {

void S3Fifo::hit(Slot slot) {
    std::uint32_t& mark = entries_[slot].mark;
    if ((mark & kUses) < kUses) ++mark;
}

void S3Fifo::expect(Key key, std::uint32_t) {
    comes_back_ = ghosts_.remove_key(key);
}

void S3Fifo::inserted(Slot slot) {
    entries_[slot].mark = comes_back_ ? kMain : 0;
    (comes_back_ ? main_ : small_).add_newest(entries_, slot);
}

Slot S3Fifo::evict() {
    for (;;) {
        const bool from_main = main_.bytes() > main_capacity_ || small_.empty();
        const Slot slot = from_main ? evict_main() : evict_small();
        if (slot != kNoSlot) return slot;
    }
}

// None, when all of the small queue has moved to the main one.
Slot S3Fifo::evict_small() {
    while (!small_.empty()) {
        const Slot slot = small_.take_oldest(entries_);
        Entry& entry = entries_[slot];
        if ((entry.mark & kUses) < move_to_main_) {
            ghosts_.add_within(ghost_capacity_, entry.key, entry.bytes);
            return slot;
        }
        entry.mark = kMain;
        main_.add_newest(entries_, slot);
    }
    return kNoSlot;
}

Slot S3Fifo::evict_main() {
    for (;;) {
        const Slot slot = main_.take_oldest(entries_);
        std::uint32_t& mark = entries_[slot].mark;
        if ((mark & kUses) == 0) return slot;
        --mark;
        main_.add_newest(entries_, slot);
    }
}

void S3Fifo::forget(Slot slot) {
    ((entries_[slot].mark & kMain) != 0 ? main_ : small_).remove(entries_, slot);
}

void S3Fifo::clear() {
    small_ = {};
    main_ = {};
    ghosts_.clear();
}

}  // namespace models
