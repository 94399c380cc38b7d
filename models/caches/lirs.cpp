#include "models/caches/lirs.h"

#include <algorithm>

namespace models {

Lirs::Lirs(const Spec& spec, EvictionState& state)
    : entries_(state.entries),
      capacity_(state.capacity),
      lir_capacity_(capacity_ - std::max<std::uint64_t>(1, part_of(capacity_, spec.resident_hir))) {
}

// On top of the stack, where it is not yet.
void Lirs::push(Slot slot, bool as_lir) {
    Entry& entry = entries_[slot];
    entry.mark =
        stack_.add({entry.key, kNoSlot, kNoSlot, kNoSlot, kNoSlot, slot, entry.bytes, as_lir});
    uses_.add_newest(stack_, entry.mark);
}

void Lirs::pop(Slot at) {
    const Use& use = stack_[at];
    if (use.entry != kNoSlot) {
        entries_[use.entry].mark = kNoSlot;
    } else {
        gone_.remove(stack_, at);
        gone_index_.remove(Index::hash(use.key), at);
    }
    uses_.remove(stack_, at);
    stack_.remove(at);
}

// The bottom of the stack is a LIR entry.
void Lirs::prune() {
    while (!uses_.empty() && !stack_[uses_.oldest()].is_lir) pop(uses_.oldest());
}

void Lirs::demote_bottom() {
    const Slot at = uses_.oldest();
    const Slot slot = stack_[at].entry;
    lir_bytes_ -= stack_[at].bytes;
    pop(at);
    queue_.add_newest(entries_, slot);
    prune();
}

// It is on top of the stack, and in no queue.
void Lirs::make_lir(Slot slot) {
    stack_[entries_[slot].mark].is_lir = true;
    lir_bytes_ += entries_[slot].bytes;
    prune();
    while (lir_bytes_ > lir_capacity_ && uses_.oldest() != entries_[slot].mark) demote_bottom();
}

void Lirs::hit(Slot slot) {
    const Slot at = entries_[slot].mark;
    if (at == kNoSlot) {
        queue_.renew(entries_, slot);
        return push(slot, false);
    }
    uses_.renew(stack_, at);
    if (stack_[at].is_lir) return prune();
    queue_.remove(entries_, slot);
    make_lir(slot);
}

void Lirs::expect(Key key, std::uint32_t) {
    const Slot at =
        gone_index_.find(Index::hash(key), [&](Slot use) { return stack_[use].key == key; });
    comes_back_ = at != kNoSlot;
    if (comes_back_) pop(at);
}

void Lirs::inserted(Slot slot) {
    const bool fits = lir_bytes_ + entries_[slot].bytes <= lir_capacity_;
    push(slot, false);
    if (comes_back_ || fits) {
        make_lir(slot);
    } else {
        queue_.add_newest(entries_, slot);
    }
    while (uses_.bytes() > 2 * capacity_ && !gone_.empty()) pop(gone_.oldest());
}

Slot Lirs::evict() {
    if (queue_.empty()) demote_bottom();
    const Slot slot = queue_.take_oldest(entries_);
    const Slot at = entries_[slot].mark;
    if (at != kNoSlot) {
        stack_[at].entry = kNoSlot;
        gone_.add_newest(stack_, at);
        gone_index_.add(Index::hash(stack_[at].key), at);
    }
    return slot;
}

void Lirs::forget(Slot slot) {
    if (is_lir(slot)) {
        lir_bytes_ -= entries_[slot].bytes;
    } else {
        queue_.remove(entries_, slot);
    }
    if (entries_[slot].mark != kNoSlot) pop(entries_[slot].mark);
    prune();
}

void Lirs::clear() {
    queue_ = {};
    uses_ = {};
    gone_ = {};
    stack_.clear();
    gone_index_.clear();
    lir_bytes_ = 0;
}

}  // namespace models
