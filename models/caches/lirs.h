// Judges entries by the time between their last two uses: those with short ones stay (LIR), the
// others (HIR) pass through a small queue.
//
// Jiang and Zhang, "LIRS: an efficient low inter-reference recency set replacement policy"
// (SIGMETRICS 2002). The stack orders the last uses of all LIR entries, of some HIR ones and of
// some keys that have left; its bottom is always LIR. A HIR key used again while on the stack has
// the shorter interval and takes the place of the bottom. The stack is at most two caches long.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/caches/index.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Lirs final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "lirs";
        static constexpr std::string_view doc =
            "LIRS: keeps entries whose last two uses lie close together (low inter-reference "
            "recency).";
        double resident_hir = 0.01;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("resident_hir", &Spec::resident_hir, above(0.0), at_most(0.9),
                                    "Share of the cache for entries used once (HIR).")};
        }
    };

    Lirs(const Spec& spec, EvictionState& state);

    void hit(Slot slot) override;
    void expect(Key key, std::uint32_t bytes) override;
    void inserted(Slot slot) override;
    Slot evict() override;
    void forget(Slot slot) override;
    void clear() override;
    std::size_t remembered() const override { return gone_.count(); }
    std::size_t memory() const override { return stack_.memory() + gone_index_.memory(); }

private:
    // A place on the stack: of an entry, or of a key that has left.
    struct Use {
        Key key;
        Slot older, newer;            // on the stack
        Slot gone_older, gone_newer;  // among those that have left
        Slot entry;                   // none: it has left
        std::uint32_t bytes;
        bool is_lir;
    };
    using Gone = Chain<Use, &Use::gone_older, &Use::gone_newer>;

    bool is_lir(Slot slot) const {
        const Slot at = entries_[slot].mark;
        return at != kNoSlot && stack_[at].is_lir;
    }
    void push(Slot slot, bool as_lir);
    void pop(Slot use);
    void make_lir(Slot slot);
    void demote_bottom();
    void prune();

    Entries& entries_;
    std::uint64_t capacity_;
    std::uint64_t lir_capacity_;
    std::uint64_t lir_bytes_ = 0;
    EntryChain queue_;  // HIR entries, which have no other use for their links
    Slab<Use> stack_;
    Chain<Use> uses_;
    Gone gone_;
    Index gone_index_;
    bool comes_back_ = false;
};

}  // namespace models
