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
    const auto once = static_cast<double>(once_.bytes());
    const auto again = static_cast<double>(again_.bytes());
    if (once_.remove_key(key)) {
        from_ = From::once;
        target_ = std::min(target_ + std::max(again / once, 1.0), static_cast<double>(capacity_));
    } else if (again_.remove_key(key)) {
        from_ = From::again;
        target_ = std::max(target_ - std::max(once / again, 1.0), 0.0);
    }
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
    if (lines_[kOnce].bytes() + once_.bytes() + coming_ > capacity_) {
        if (lines_[kOnce].bytes() >= capacity_) return lines_[kOnce].take_oldest(entries_);
        once_.remove_oldest();
    } else if (lines_[kOnce].bytes() + lines_[kAgain].bytes() + once_.bytes() + again_.bytes() >=
               2 * capacity_) {
        again_.remove_oldest();
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
    (takes_once ? once_ : again_).add(entries_[slot].key, entries_[slot].bytes);
    return slot;
}

void Arc::forget(Slot slot) {
    lines_[entries_[slot].mark].remove(entries_, slot);
}

void Arc::clear() {
    lines_[kOnce] = {};
    lines_[kAgain] = {};
    once_.clear();
    again_.clear();
    target_ = 0;
}

}  // namespace models
