// A hand goes from the oldest to the newest and takes the first that was not used; those that were
// stay where they are, only no longer marked.
//
// Zhang, Yang, Yue, Vigfusson and Rashmi, "SIEVE is simpler than LRU" (NSDI 2024). Unlike CLOCK
// nothing moves, so new entries do not end up behind old popular ones.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Sieve final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "sieve";
        static constexpr std::string_view doc =
            "A hand passes from old to new and takes the first that was not used since.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Sieve(const Spec&, EvictionState& state) : entries_(state.entries) {}

    void hit(Slot slot) override { entries_[slot].mark = 1; }
    void inserted(Slot slot) override {
        entries_[slot].mark = 0;
        line_.add_newest(entries_, slot);
    }
    Slot evict() override {
        Slot slot = hand_ == kNoSlot ? line_.oldest() : hand_;
        while (entries_[slot].mark != 0) {
            entries_[slot].mark = 0;
            slot = after(slot);
        }
        hand_ = slot;
        forget(slot);
        return slot;
    }
    void forget(Slot slot) override {
        if (slot == hand_) hand_ = entries_[slot].newer;
        line_.remove(entries_, slot);
    }
    void clear() override {
        line_ = {};
        hand_ = kNoSlot;
    }

private:
    Slot after(Slot slot) const {
        const Slot newer = entries_[slot].newer;
        return newer == kNoSlot ? line_.oldest() : newer;
    }

    Entries& entries_;
    EntryChain line_;
    Slot hand_ = kNoSlot;  // none: at the oldest
};

}  // namespace models
