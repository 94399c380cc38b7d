#include "models/caches/tiny_lfu.h"

#include <algorithm>

namespace models {

namespace {

std::vector<std::uint64_t> segments_of(std::uint64_t capacity) {
    return {part_of(capacity, 1.0 / 5), part_of(capacity, 4.0 / 5)};
}

}  // namespace

TinyLfu::TinyLfu(const Spec& spec, EvictionState& state)
    : entries_(state.entries),
      main_capacity_(state.capacity - part_of(state.capacity, spec.window)),
      main_(state, segments_of(main_capacity_)) {}

void TinyLfu::hit(Slot slot) {
    if (entries_[slot].mark == kWindow) return window_.renew(entries_, slot);
    main_.hit(slot);
    sketch_.add(entries_[slot].key);
    if (++uses_ < halved_after_) return;
    uses_ = 0;
    sketch_.halve();
}

void TinyLfu::inserted(Slot slot) {
    Entry& entry = entries_[slot];
    if (sketch_.empty()) {
        const std::uint64_t entries = main_capacity_ / std::max<std::uint64_t>(entry.bytes, 1);
        sketch_ = FrequencySketch(entries);
        halved_after_ = std::max<std::uint64_t>(kUsesAnEntry * entries, 1);
    }
    entry.mark = kWindow;
    window_.add_newest(entries_, slot);
    sketch_.add(entry.key);
}

Slot TinyLfu::evict() {
    while (!window_.empty()) {
        const Slot candidate = window_.oldest();
        const std::uint64_t key = entries_[candidate].key;
        Slot loser = kNoSlot;
        if (main_.bytes() + entries_[candidate].bytes <= main_capacity_) {
            admit(candidate);
        } else if (more_popular(candidate, main_.victim())) {
            loser = take_from_main();
            admit(candidate);
        } else {
            loser = window_.take_oldest(entries_);
        }
        sketch_.add(key);
        if (loser != kNoSlot) return loser;
    }
    return take_from_main();
}

bool TinyLfu::more_popular(Slot candidate, Slot rival) const {
    return rival != kNoSlot &&
           sketch_.is_above(entries_[candidate].key, sketch_.estimate(entries_[rival].key));
}

void TinyLfu::admit(Slot slot) {
    window_.remove(entries_, slot);
    main_.inserted(slot);
}

Slot TinyLfu::take_from_main() {
    const Slot slot = main_.victim();
    main_.forget(slot);
    return slot;
}

void TinyLfu::forget(Slot slot) {
    if (entries_[slot].mark == kWindow) return window_.remove(entries_, slot);
    main_.forget(slot);
}

void TinyLfu::clear() {
    window_ = {};
    main_.clear();
    if (!sketch_.empty()) sketch_ = FrequencySketch();
    uses_ = 0;
}

}  // namespace models
