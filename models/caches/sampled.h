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
    Sampled(Shelf& shelf, std::uint32_t samples, bool only_expiring)
        : shelf_(shelf), draws_(shelf.stream), samples_(samples), only_expiring_(only_expiring) {}

    void inserted(Slot slot) final;
    Slot evict() final;
    void forget(Slot slot) final;
    void clear() final;
    std::size_t memory() const final { return members_.capacity() * sizeof(Slot); }

protected:
    // What an entry's mark is at first.
    virtual std::uint32_t first_mark() = 0;
    // The higher, the better to evict.
    virtual std::uint64_t score(const Entry& entry) const = 0;

    Shelf& shelf_;
    sim::Draws draws_;

private:
    static constexpr std::size_t kPool = 16;
    struct Candidate {
        std::uint64_t score;
        Slot slot;
    };

    bool is_member(const Entry& entry) const {
        return !only_expiring_ || entry.expires != sim::kForever;
    }
    void fill_pool();
    void offer(Candidate candidate);
    void remove_member(Slot slot);

    std::uint32_t samples_;
    bool only_expiring_;
    std::vector<Slot> members_;  // an entry's `older` is its place here
    std::array<Candidate, kPool> pool_{};
    std::size_t pool_size_ = 0;  // by score, the lowest first
};

}  // namespace models
