// Redis' evictions: a few entries drawn at random, and the best of them, and of the best left over
// from earlier draws, goes.
//
// redis/src/evict.c, version 7: `maxmemory-samples` draws an eviction into a pool of 16. LRU is by
// a clock of whole seconds. LFU counts in 8 bits: from 5, a use adds one with probability
// 1 / ((count - 5) * lfu-log-factor + 1), and every lfu-decay-time minutes without a use take one
// away. The volatile ones look only at entries that will expire, and have nobody to evict when
// there are none.
#pragma once

#include <array>
#include <vector>

#include "models/caches/eviction.h"
#include "sim/rng.h"

namespace models {

// The parts the policies share: who there is, drawing from them, and the pool.
class Sampled : public Eviction {
public:
    Sampled(EvictionState& state, std::uint32_t samples, bool only_expiring)
        : state_(state), draws_(state.stream), samples_(samples), only_expiring_(only_expiring) {
        clear();
    }

    void forget(Slot slot) final {
        if (is_pooled(slot)) remove_pooled(slot);
        if (state_.entries[slot].older != kNoSlot) remove_member(slot);
    }
    void clear() final;
    std::size_t memory() const final { return members_.capacity() * sizeof(Slot); }

protected:
    // An entry comes in with this mark.
    void add_member(Slot slot, std::uint32_t mark);

    // The worst of some that are drawn, and of those in the pool; the higher its score, the better
    // to evict. A template, because nothing else is done as often.
    template <class Score>
    Slot evict_by(Score&& score) {
        if (members_.empty()) return kNoSlot;
        for (std::uint32_t sample = 0; sample < samples_; ++sample) {
            const Slot slot = members_[draws_.below(members_.size())];
            offer(score(state_.entries[slot]), slot);
        }
        const Slot slot = slots_[--pool_size_];
        slots_[pool_size_] = kNoSlot;
        scores_[pool_size_] = kHighest;
        remove_member(slot);
        return slot;
    }

    EvictionState& state_;
    sim::Draws draws_;

private:
    static constexpr std::uint32_t kPool = 16;
    static constexpr std::uint64_t kHighest = ~std::uint64_t{0};

    bool is_member(const Entry& entry) const {
        return !only_expiring_ || entry.expires != sim::kForever;
    }
    bool is_pooled(Slot slot) const {
        if (pool_size_ == 0) return false;
        bool found = false;
        for (const Slot each : slots_) found |= each == slot;
        return found;
    }
    void offer(std::uint64_t score, Slot slot);
    void remove_member(Slot slot);
    void remove_pooled(Slot slot);

    std::uint32_t samples_;
    bool only_expiring_;
    std::vector<Slot> members_;  // an entry's `older` is its place here

    // The pool, by score, the lowest first; where it is empty, nobody with the highest.
    std::array<std::uint64_t, kPool> scores_;
    std::array<Slot, kPool> slots_;
    std::uint32_t pool_size_ = 0;
};

}  // namespace models
