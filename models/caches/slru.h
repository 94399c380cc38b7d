// Segmented LRU: an entry that is used moves up a segment, and who falls off the end of one falls
// into the one below; only the lowest is evicted from.
//
// Karedla, Love and Wherry, "Caching strategies to improve disk system performance" (1994), with
// any number of segments. As libCacheSim's SLRU (SLRU.c), a new entry starts in the lowest segment
// that has room, or in the lowest of all, over its share: what is left of the cache's size by
// rounding is thus the lowest one's, until an entry falls into it. Then it keeps to its share, and
// evicts though the cache has room.
#pragma once

#include <tuple>
#include <vector>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

// The mechanism, which W-TinyLFU has for its main part, too.
class Segments {
public:
    Segments(EvictionState& state, std::vector<std::uint64_t> capacities)
        : state_(state), capacities_(std::move(capacities)), segments_(capacities_.size()) {}

    void hit(Slot slot);
    void inserted(Slot slot);
    Slot victim() const;
    void forget(Slot slot);
    void clear() { segments_.assign(segments_.size(), {}); }
    std::uint64_t bytes() const;

private:
    void fall(Slot slot, std::uint32_t to);

    EvictionState& state_;
    Entries& entries_ = state_.entries;
    std::vector<std::uint64_t> capacities_;  // of the segments, the lowest first
    std::vector<EntryChain> segments_;
};

class Slru final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "slru";
        static constexpr std::string_view doc =
            "LRU in segments: each use moves an entry up one, the lowest is evicted from.";
        std::uint32_t segments = 4;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("segments", &Spec::segments, at_least(2u), at_most(16u),
                                    "Number of segments, of equal size.")};
        }
    };

    Slru(const Spec& spec, EvictionState& state)
        : segments_(state,
                    std::vector<std::uint64_t>(spec.segments, state.capacity / spec.segments)) {}

    void hit(Slot slot) override { segments_.hit(slot); }
    void inserted(Slot slot) override { segments_.inserted(slot); }
    Slot evict() override {
        const Slot slot = segments_.victim();
        segments_.forget(slot);
        return slot;
    }
    void forget(Slot slot) override { segments_.forget(slot); }
    void clear() override { segments_.clear(); }

private:
    Segments segments_;
};

}  // namespace models
