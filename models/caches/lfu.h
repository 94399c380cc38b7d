// The one used least often since it came goes; of equals the least recently used.
//
// Exact counts in constant time: entries of one count share a bucket, and the buckets stand in
// order of their counts (Shah, Mitra and Matani, "An O(1) algorithm for implementing the LFU cache
// eviction scheme", 2010). A count is lost with its entry.
#pragma once

#include <tuple>

#include "models/caches/eviction.h"
#include "models/spec/declaration/spec.h"

namespace models {

class Lfu final : public Eviction {
public:
    struct Spec {
        static constexpr std::string_view kind = "lfu";
        static constexpr std::string_view doc =
            "The least often used goes, by exact counts; of equals the least recently used.";
        static constexpr auto params() { return std::tuple{}; }
    };

    Lfu(const Spec&, EvictionState& state) : entries_(state.entries) {}

    void hit(Slot slot) override;
    void inserted(Slot slot) override;
    Slot evict() override;
    void forget(Slot slot) override;
    void clear() override;
    std::size_t memory() const override { return buckets_.memory(); }

private:
    struct Bucket {
        std::uint64_t uses;
        EntryChain used;
        Slot older, newer;  // fewer and more uses
        std::uint32_t bytes;
    };

    Slot bucket_above(Slot below, std::uint64_t uses);
    void leave(Slot slot);

    Entries& entries_;
    Slab<Bucket> buckets_;
    Slot rarest_ = kNoSlot;
};

}  // namespace models
