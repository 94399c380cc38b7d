// FIFO with a second chance: who was used since it came, or since its last chance, goes to the end
// of the line instead.
//
// Corbato, "A paging experiment with the Multics system" (1969). The hand that moves over a ring is
// here a line whose first moves to its end. `bits` above 1 counts uses and takes as many rounds.
#pragma once

#include <algorithm>
#include <tuple>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

class ClockHand final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "clock";
        static constexpr std::string_view doc =
            "First in, first out, with a second chance for those that were used.";
        std::uint32_t bits = 1;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("bits", &Spec::bits, at_least(1u), at_most(8u),
                                    "Bits of an entry's reference counter.")};
        }
    };

    ClockHand(const Spec& spec, EvictionState& state)
        : entries_(state.entries), highest_((1u << spec.bits) - 1) {}

    void hit(Slot slot) override {
        std::uint32_t& uses = entries_[slot].mark;
        if (uses < highest_) ++uses;
    }
    void inserted(Slot slot) override {
        entries_[slot].mark = 0;
        line_.add_newest(entries_, slot);
    }
    Slot evict() override {
        for (;;) {
            const Slot slot = line_.take_oldest(entries_);
            std::uint32_t& uses = entries_[slot].mark;
            if (uses == 0) return slot;
            --uses;
            line_.add_newest(entries_, slot);
        }
    }
    void forget(Slot slot) override { line_.remove(entries_, slot); }
    void clear() override { line_ = {}; }

private:
    Entries& entries_;
    std::uint32_t highest_;
    EntryChain line_;
};

}  // namespace models
