// A bounded set of keys with sizes and expiry times: what a cache holds, without what it means.
//
// A pure data structure: it draws from its stream and is told the time. An entry costs 32 bytes and
// its cell in the index 8, whatever the policy; links and marks of the policy are in the entry.
#pragma once

#include <memory>

#include "models/caches/evictions.h"
#include "models/caches/index.h"
#include "sim/quantity.h"

namespace models {

class Store {
public:
    struct Size {
        std::uint64_t capacity = 0;  // bytes
        std::uint64_t stream = 0;    // what the policy draws from
    };

    Store(const EvictionChoice& eviction, Size size)
        : state_{{}, size.capacity, size.stream, {}, {}},
          eviction_(Evictions::build(eviction, state_)) {}

    // The entry of a key that has not expired, used once more; or none.
    Slot find(Key key, sim::Time now);

    // The same without a use, and whether or not it has expired.
    Slot peek(Key key) const {
        return index_.find(Index::hash(key),
                           [&](Slot slot) { return state_.entries[slot].key == key; });
    }

    // It will be looked for soon.
    void prefetch(Key key) const { index_.prefetch(Index::hash(key)); }

    // Stores the key anew, in place of others if it must; none when there is no room for it.
    Slot put(Key key, std::uint32_t bytes, sim::Time expires, sim::Time now);

    // True when it was there.
    bool erase(Key key);
    void clear();

    const Entry& operator[](Slot slot) const { return state_.entries[slot]; }
    std::size_t size() const { return index_.size(); }
    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t capacity() const { return state_.capacity; }
    std::uint64_t evictions() const { return evictions_; }
    std::uint64_t expirations() const { return expirations_; }
    std::size_t remembered() const { return eviction_->remembered(); }
    std::size_t memory() const {
        return state_.entries.memory() + index_.memory() + eviction_->memory();
    }

private:
    void use(Slot slot);
    bool make_room(std::uint32_t bytes);
    void evict(Slot slot);
    void remove(Slot slot);

    EvictionState state_;
    Index index_;
    std::unique_ptr<Eviction> eviction_;
    std::uint64_t bytes_ = 0;
    std::uint64_t evictions_ = 0;
    std::uint64_t expirations_ = 0;
};

}  // namespace models
