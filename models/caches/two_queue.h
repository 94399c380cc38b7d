// New entries wait in a FIFO; only those asked for again after they left it enter the LRU part.
//
// Johnson and Shasha, "2Q: a low overhead high performance buffer management replacement
// algorithm" (VLDB 1994), the full version: A1in is a quarter of the cache, A1out remembers the
// keys of half a cache. A hit in A1in changes nothing: correlated uses count once.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/caches/ghosts.h"
#include "models/spec/declaration/spec.h"

namespace models {

class TwoQueue final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "two_queue";
        static constexpr std::string_view doc =
            "2Q: a FIFO for new entries, an LRU for those that were asked for again later.";
        double in = 0.25;
        double out = 0.5;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("in", &Spec::in, above(0.0), at_most(0.99),
                                    "Share of the cache for new entries (A1in)."),
                              param("out", &Spec::out, at_least(0.0), at_most(10.0),
                                    "Keys remembered after they left it, in caches full (A1out).")};
        }
    };

    TwoQueue(const Spec& spec, EvictionState& state)
        : entries_(state.entries),
          in_capacity_(part_of(state.capacity, spec.in)),
          out_capacity_(part_of(state.capacity, spec.out)) {}

    void hit(Slot slot) override {
        if (entries_[slot].mark == kMain) main_.renew(entries_, slot);
    }
    void expect(Key key, std::uint32_t) override { comes_back_ = out_.remove_key(key); }
    void inserted(Slot slot) override {
        entries_[slot].mark = comes_back_ ? kMain : kIn;
        (comes_back_ ? main_ : in_).add_newest(entries_, slot);
    }
    Slot evict() override {
        if (in_.bytes() <= in_capacity_ && !main_.empty()) return main_.take_oldest(entries_);
        const Slot slot = in_.take_oldest(entries_);
        out_.add_within(out_capacity_, entries_[slot].key, entries_[slot].bytes);
        return slot;
    }
    void forget(Slot slot) override {
        (entries_[slot].mark == kMain ? main_ : in_).remove(entries_, slot);
    }
    void clear() override {
        in_ = {};
        main_ = {};
        out_.clear();
    }
    std::size_t remembered() const override { return out_.size(); }
    std::size_t memory() const override { return out_.memory(); }

private:
    static constexpr std::uint32_t kIn = 0, kMain = 1;

    Entries& entries_;
    std::uint64_t in_capacity_;
    std::uint64_t out_capacity_;
    EntryChain in_;
    EntryChain main_;
    Ghosts out_;
    bool comes_back_ = false;
};

}  // namespace models
