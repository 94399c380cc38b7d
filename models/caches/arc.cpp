#include "models/caches/arc.h"

#include <algorithm>

namespace models {

void Arc::hit(Slot slot) {
    Entry& entry = entries_[slot];
    lines_[entry.mark].remove(entries_, slot);
    entry.mark = kAgain;
    lines_[kAgain].add_newest(entries_, slot);
}

// Cases II and III: it was here not long ago, and the target learns from that.
void Arc::expect(Key key, std::uint32_t bytes) {
    from_ = From::nowhere;
    coming_ = bytes;
    const Slot ghost = ghosts_.find(key);
    if (ghost == kNoSlot) return;
    const auto once = static_cast<double>(ghosts_.bytes(kOnce));
    const auto again = static_cast<double>(ghosts_.bytes(kAgain));
    if (ghosts_[ghost].line == kOnce) {
        from_ = From::once;
        target_ = std::min(target_ + std::max(again / once, 1.0), static_cast<double>(capacity_));
    } else {
        from_ = From::again;
        target_ = std::max(target_ - std::max(once / again, 1.0), 0.0);
    }
    ghosts_.remove(ghost);
}

void Arc::inserted(Slot slot) {
    const std::uint32_t line = from_ == From::nowhere ? kOnce : kAgain;
    entries_[slot].mark = line;
    lines_[line].add_newest(entries_, slot);
    from_ = From::nowhere;
}

Slot Arc::evict() {
    if (from_ != From::nowhere) return replace();
    // Case IV: a key that nothing is known of.
    if (lines_[kOnce].bytes() + ghosts_.bytes(kOnce) + coming_ > capacity_) {
        if (lines_[kOnce].bytes() >= capacity_) return lines_[kOnce].take_oldest(entries_);
        ghosts_.remove_oldest(kOnce);
    } else if (lines_[kOnce].bytes() + lines_[kAgain].bytes() + ghosts_.bytes(kOnce) +
                   ghosts_.bytes(kAgain) >=
               2 * capacity_) {
        ghosts_.remove_oldest(kAgain);
    }
    return replace();
}

// The paper's REPLACE.
Slot Arc::replace() {
    const auto once = static_cast<double>(lines_[kOnce].bytes());
    const bool is_over = once > target_ || (once == target_ && from_ == From::again);
    const bool takes_once = once > 0 && (is_over || lines_[kAgain].empty());
    const std::uint32_t line = takes_once ? kOnce : kAgain;
    const Slot slot = lines_[line].take_oldest(entries_);
    ghosts_.add(entries_[slot].key, entries_[slot].bytes, line);
    return slot;
}

void Arc::forget(Slot slot) {
    lines_[entries_[slot].mark].remove(entries_, slot);
}

void Arc::clear() {
    lines_[kOnce] = {};
    lines_[kAgain] = {};
    ghosts_.clear();
    target_ = 0;
}

}  // namespace models
