// The decision of a cache: which entry makes room for the next.
//
// The store (store.h) knows keys, sizes and times, and asks; a policy only keeps an order among the
// entries, with the two links and the mark that each has for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "models/caches/chain.h"
#include "sim/time.h"

namespace models {

using Key = std::uint64_t;

// 32 bytes: two to a cache line.
struct Entry {
    Key key;
    sim::Time expires;  // kForever: never
    Slot older;         // the policy's
    Slot newer;         // the policy's
    std::uint32_t bytes;
    std::uint32_t mark;  // the policy's: a segment, a count, a clock
};

using Entries = Slab<Entry>;
using EntryChain = Chain<Entry>;

// What a policy works in.
struct EvictionState {
    Entries entries;
    std::uint64_t capacity = 0;  // bytes
    std::uint64_t stream = 0;    // for what is drawn
    sim::Time now{};
    // Whom the policy has let go in hit(), though there is room: the store removes them after it.
    std::vector<Slot> dropped{};
};

class Eviction {
public:
    static constexpr std::string_view family = "evictions";
    static constexpr std::string_view family_doc =
        "Eviction policies: which entry of a full cache goes.";

    virtual ~Eviction() = default;

    // Somebody asked for this entry, or wrote to it. It stays; others may be dropped.
    virtual void hit(Slot slot) = 0;

    // This key is about to come in: before room is made for it.
    virtual void expect(Key, std::uint32_t /*bytes*/) {}

    // It is in.
    virtual void inserted(Slot slot) = 0;

    // Chooses who goes, and forgets it; kNoSlot when nobody may go. There is at least one entry.
    virtual Slot evict() = 0;

    // This entry has gone for another reason: it was deleted, or has expired.
    virtual void forget(Slot slot) = 0;

    // All have.
    virtual void clear() = 0;

    // Keys it remembers that are not in the cache.
    virtual std::size_t remembered() const { return 0; }

    // Bytes of what it keeps beside the entries.
    virtual std::size_t memory() const { return 0; }
};

// A share of a cache, cut to whole bytes.
inline std::uint64_t part_of(std::uint64_t capacity, double share) {
    return static_cast<std::uint64_t>(static_cast<double>(capacity) * share);
}

}  // namespace models
