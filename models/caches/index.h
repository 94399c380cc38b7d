// From a key to its slot: a flat table with linear probing.
//
// Eight bytes an entry: the slot, and the upper half of the key's hash, which tells nearly all
// strangers without a look at their records, says where an entry wants to be (so growing and
// closing gaps reads nothing else), and leaves the caller one comparison. No tombstones: a removal
// moves the entries behind it up (Knuth, volume 3, 6.4, algorithm R).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "models/caches/huge_pages.h"
#include "models/caches/slab.h"
#include "sim/rng.h"

namespace models {

class Index {
public:
    static std::uint32_t hash(std::uint64_t key) {
        return static_cast<std::uint32_t>(sim::mix(key) >> 32);
    }

    // The slot for which same(slot) holds, among those with this hash; or none.
    template <class Same>
    Slot find(std::uint32_t hash, Same&& same) const {
        if (size_ == 0) return kNoSlot;
        for (std::size_t at = home(hash);; at = (at + 1) & mask_) {
            const Cell cell = cells_[at];
            if (cell.slot == kNoSlot) return kNoSlot;
            if (cell.hash == hash && same(cell.slot)) return cell.slot;
        }
    }

    // The key is not there yet.
    void add(std::uint32_t hash, Slot slot) {
        if ((size_ + 1) * 4 > (mask_ + 1) * 3) grow();
        place({hash, slot});
        ++size_;
    }

    // It is there.
    void remove(std::uint32_t hash, Slot slot) {
        std::size_t gap = home(hash);
        while (cells_[gap].slot != slot) gap = (gap + 1) & mask_;
        for (std::size_t at = gap;;) {
            at = (at + 1) & mask_;
            const Cell cell = cells_[at];
            if (cell.slot == kNoSlot) break;
            // Whoever would have to pass the gap on the way from home may fill it.
            if (((at - home(cell.hash)) & mask_) >= ((at - gap) & mask_)) {
                cells_[gap] = cell;
                gap = at;
            }
        }
        cells_[gap].slot = kNoSlot;
        --size_;
    }

    void clear() {
        for (std::size_t at = 0; cells_ && at <= mask_; ++at) cells_[at].slot = kNoSlot;
        size_ = 0;
    }

    std::size_t size() const { return size_; }
    std::size_t memory() const { return cells_ ? (mask_ + 1) * sizeof(Cell) : 0; }

private:
    struct Cell {
        std::uint32_t hash;
        Slot slot;
    };
    struct Free {
        void operator()(Cell* cells) const { std::free(cells); }
    };

    std::size_t home(std::uint32_t hash) const { return hash >> shift_; }

    void place(Cell cell) {
        std::size_t at = home(cell.hash);
        while (cells_[at].slot != kNoSlot) at = (at + 1) & mask_;
        cells_[at] = cell;
    }

    // Doubles, to 8 cells at first.
    void grow() {
        const std::size_t old_count = cells_ ? mask_ + 1 : 0;
        const std::size_t count = old_count == 0 ? 8 : old_count * 2;
        const std::unique_ptr<Cell[], Free> old = std::move(cells_);
        cells_.reset(static_cast<Cell*>(std::malloc(count * sizeof(Cell))));
        if (!cells_) throw std::bad_alloc();
        ask_for_huge_pages(cells_.get(), count * sizeof(Cell));
        mask_ = count - 1;
        shift_ = old_count == 0 ? 29 : shift_ - 1;
        for (std::size_t at = 0; at < count; ++at) cells_[at].slot = kNoSlot;
        for (std::size_t at = 0; at < old_count; ++at) {
            if (old[at].slot != kNoSlot) place(old[at]);
        }
    }

    std::unique_ptr<Cell[], Free> cells_;
    std::size_t mask_ = 0;
    int shift_ = 29;
    std::size_t size_ = 0;
};

}  // namespace models
