// An array of small records that come and go, named by 32-bit slots.
//
// One block of memory, grown with realloc, which for large blocks moves pages and not bytes: these
// grow by a sixteenth only. Half the size of a pointer a link, neighbours in memory, and no
// allocation an entry. Large blocks ask for huge pages: a random entry of 10^7 then costs one miss
// and not two.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "sim/huge_pages.h"

namespace models {

using Slot = std::uint32_t;
inline constexpr Slot kNoSlot = ~Slot{0};

template <class Record>
class Slab {
    static_assert(std::is_trivially_copyable_v<Record> && sizeof(Record) >= sizeof(Slot));

public:
    Slab() = default;
    Slab(const Slab&) = delete;
    Slab& operator=(const Slab&) = delete;
    ~Slab() { std::free(records_); }

    Record& operator[](Slot slot) {
        assert(slot < end_);
        return records_[slot];
    }
    const Record& operator[](Slot slot) const {
        assert(slot < end_);
        return records_[slot];
    }

    // A slot of its own for the record. References to others may end here.
    Slot add(const Record& record) {
        Slot slot = free_;
        if (slot != kNoSlot) {
            free_ = next_free(slot);
        } else {
            if (end_ == capacity_) grow();
            slot = end_++;
        }
        records_[slot] = record;
        ++size_;
        return slot;
    }

    void remove(Slot slot) {
        next_free(slot) = free_;
        free_ = slot;
        --size_;
    }

    void clear() {
        end_ = 0;
        size_ = 0;
        free_ = kNoSlot;
    }

    std::size_t size() const { return size_; }
    // Semaphore ever used: all live ones are below.
    Slot end() const { return end_; }
    std::size_t memory() const { return std::size_t{capacity_} * sizeof(Record); }

private:
    static constexpr Slot kLarge = Slot{1} << 20;

    // The first bytes of a free record are the link to the next.
    Slot& next_free(Slot slot) { return *reinterpret_cast<Slot*>(&records_[slot]); }

    void grow() {
        const std::size_t more = capacity_ < kLarge ? capacity_ / 4 + 64 : capacity_ / 16;
        const std::size_t capacity = std::size_t{capacity_} + more;
        if (capacity >= kNoSlot) throw std::bad_alloc();
        void* grown = std::realloc(static_cast<void*>(records_), capacity * sizeof(Record));
        if (grown == nullptr) throw std::bad_alloc();
        sim::ask_for_huge_pages(grown, capacity * sizeof(Record));
        records_ = static_cast<Record*>(grown);
        capacity_ = static_cast<Slot>(capacity);
    }

    Record* records_ = nullptr;
    Slot capacity_ = 0;
    Slot end_ = 0;
    Slot free_ = kNoSlot;
    std::size_t size_ = 0;
};

}  // namespace models
