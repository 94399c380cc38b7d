// From a key to its slot: a flat table with linear probing.
//
// Eight bytes an entry: the slot, and the upper half of the key's hash, which tells nearly all
// strangers without a look at their records, says where an entry wants to be (so growing and
// closing gaps reads nothing else), and leaves the caller one comparison. No tombstones: a removal
// moves the entries behind it up (Knuth, volume 3, 6.4, algorithm R). Homes are in the order of
// hashes, whatever the number of cells, so a table grows from one end to the other; a large one by
// an eighth, which keeps it at 11 to 12 bytes an entry, and one of more than 50,000 by a quarter
// (11 to 14).
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>

#include "models/caches/slab.h"
#include "sim/huge_pages.h"
#include "sim/prefetch.h"
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
        for (std::size_t at = home(hash);; at = after(at)) {
            const Cell cell = cells_[at];
            if (cell.slot == kNoSlot) return kNoSlot;
            if (cell.hash == hash && same(cell.slot)) return cell.slot;
        }
    }

    // One with this hash will be looked for soon.
    void prefetch(std::uint32_t hash) const {
        if (size_ > 0) sim::prefetch(&cells_[home(hash)]);
    }

    // The key is not there yet.
    void add(std::uint32_t hash, Slot slot) {
        if ((size_ + 1) * 4 > count_ * 3) grow();
        place({hash, slot});
        ++size_;
    }

    // It is there.
    void remove(std::uint32_t hash, Slot slot) {
        std::size_t gap = home(hash);
        while (cells_[gap].slot != slot) gap = after(gap);
        close(gap);
    }

    // The same, of one that may not be there: true when it was.
    bool remove_if_there(std::uint32_t hash, Slot slot) {
        if (size_ == 0) return false;
        for (std::size_t at = home(hash); cells_[at].slot != kNoSlot; at = after(at)) {
            if (cells_[at].slot != slot) continue;
            close(at);
            return true;
        }
        return false;
    }

    // Another slot for one that may not be there: true when it was.
    bool rename_if_there(std::uint32_t hash, Slot slot, Slot to) {
        if (size_ == 0) return false;
        for (std::size_t at = home(hash); cells_[at].slot != kNoSlot; at = after(at)) {
            if (cells_[at].slot != slot) continue;
            cells_[at].slot = to;
            return true;
        }
        return false;
    }

    void clear() {
        for (std::size_t at = 0; at < count_; ++at) cells_[at].slot = kNoSlot;
        size_ = 0;
    }

    std::size_t size() const { return size_; }
    std::size_t memory() const { return count_ * sizeof(Cell); }

private:
    static constexpr std::size_t kMiddling = std::size_t{1} << 16;
    static constexpr std::size_t kLarge = std::size_t{1} << 22;

    struct Cell {
        std::uint32_t hash;
        Slot slot;
    };
    struct Free {
        void operator()(Cell* cells) const { std::free(cells); }
    };

    std::size_t home(std::uint32_t hash) const {
        return static_cast<std::size_t>(std::uint64_t{hash} * count_ >> 32U);
    }
    std::size_t after(std::size_t at) const { return ++at == count_ ? 0 : at; }
    // How far it is there, going round.
    std::size_t way(std::size_t from, std::size_t to) const {
        return to >= from ? to - from : to + count_ - from;
    }

    void close(std::size_t gap) {
        for (std::size_t at = gap;;) {
            at = after(at);
            const Cell cell = cells_[at];
            if (cell.slot == kNoSlot) break;
            // Whoever would have to pass the gap on the way from home may fill it.
            if (way(home(cell.hash), at) >= way(gap, at)) {
                cells_[gap] = cell;
                gap = at;
            }
        }
        cells_[gap].slot = kNoSlot;
        --size_;
    }

    void place(Cell cell) {
        std::size_t at = home(cell.hash);
        while (cells_[at].slot != kNoSlot) at = after(at);
        cells_[at] = cell;
    }

    // To 8 cells at first.
    void grow() {
        const std::size_t old_count = count_;
        const std::size_t more = old_count < kMiddling ? old_count
                                 : old_count < kLarge  ? old_count / 4
                                                       : old_count / 8;
        const std::size_t count = old_count == 0 ? 8 : old_count + more;
        const std::unique_ptr<Cell[], Free> old = std::move(cells_);
        cells_.reset(static_cast<Cell*>(std::malloc(count * sizeof(Cell))));
        if (!cells_) throw std::bad_alloc();
        sim::ask_for_huge_pages(cells_.get(), count * sizeof(Cell));
        count_ = count;
        for (std::size_t at = 0; at < count; ++at) cells_[at].slot = kNoSlot;
        for (std::size_t at = 0; at < old_count; ++at) {
            if (old[at].slot != kNoSlot) place(old[at]);
        }
    }

    std::unique_ptr<Cell[], Free> cells_;
    std::size_t count_ = 0;
    std::size_t size_ = 0;
};

}  // namespace models
