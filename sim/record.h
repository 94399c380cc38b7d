// Records: what moves through a model without a coroutine of its own, in pools that never move it.
//
// An entry of the event list names a record by its index. A record has at most one wake-up and one
// alarm pending, and notes the order of each: an entry whose order is not noted any more is dropped
// when its time comes, so to cancel is to forget. The alarm outlives what the record is used for:
// whoever owns it looks, when it rings, whether there is anything to do.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <vector>

#include "sim/huge_pages.h"
#include "sim/prefetch.h"

namespace sim {

class Records;
class Scheduler;

class Record {
public:
    explicit Record(std::uint32_t number) : index(number) {}
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    bool wakes() const { return wake_order_ != 0; }

    const std::uint32_t index;

private:
    friend Scheduler;
    std::uint32_t wake_order_ = 0;
    std::uint32_t alarm_order_ = 0;
};

// A pool of records. The one given back last is taken first.
//
// They are of one size, which may change while the pool is in use: those that are made from then on
// have the other, and so have those that are taken, as long as nobody gives back older ones. No
// result depends on it.
class Records {
public:
    Records(const Records&) = delete;
    Records& operator=(const Records&) = delete;

    // What a record waited for has come, or its alarm rings.
    virtual void woken(Record& record) = 0;
    virtual void rung(Record& record) = 0;

    Record& operator[](std::uint32_t index) const {
        return *reinterpret_cast<Record*>(room(index));
    }
    std::size_t live() const { return live_; }

    // The pool that a record is of.
    static Records& of(const Record& record) {
        const auto address = reinterpret_cast<std::uintptr_t>(&record) & ~(kRegion - 1);
        return **reinterpret_cast<Records**>(address);
    }
    // How large that record is.
    std::size_t bytes_of(std::uint32_t index) const { return slabs_[index / kSlab].record_bytes; }

    void prefetch(std::uint32_t index) const { sim::prefetch(room(index), bytes_of(index)); }

protected:
    explicit Records(std::size_t record_bytes) { resize(record_bytes); }
    ~Records() = default;

    // Those taken from now on have this size.
    void resize(std::size_t record_bytes) {
        assert(kLine + record_bytes <= kRegion);
        record_bytes_ = record_bytes;
        free_ = &free_of_[record_bytes];
    }
    std::size_t record_bytes() const { return record_bytes_; }

    std::uint32_t take() {
        if (free_->empty()) [[unlikely]]
            add_slab();
        const std::uint32_t index = free_->back();
        free_->pop_back();
        ++live_;
        return index;
    }
    void give_back(std::uint32_t index) {
        --live_;
        if (forgets_) return;
        const std::size_t bytes = bytes_of(index);
        if (bytes == record_bytes_) [[likely]] {
            free_->push_back(index);
        } else {
            free_of_[bytes].push_back(index);
        }
    }
    // All that are in use are about to be given back: which are free need not be known any more.
    void expect_all() { forgets_ = true; }

    // Makes the record of this index in its room, which has that size.
    virtual void make(std::byte* room, std::uint32_t index, std::size_t bytes) = 0;

    // visit(index) for each that there is, in use or not.
    template <class Visit>
    void for_each(Visit visit) {
        for (std::uint32_t slab = 0; slab < slabs_.size(); ++slab) {
            const std::uint32_t first = slab * kSlab;
            for (std::uint32_t i = 0; i < slabs_[slab].count; ++i) {
                if (i + kAhead < slabs_[slab].count) prefetch(first + i + kAhead);
                visit(first + i);
            }
        }
    }

private:
    static constexpr std::uint32_t kSlab = 512;  // indices of one
    static constexpr std::uint32_t kAhead = 8;   // going through them all
    static constexpr std::size_t kLine = 64;
    // Memory comes in regions at multiples of their size, each with the pool's address in its first
    // line; slabs lie in them one behind the other.
    static constexpr std::uintptr_t kRegion = kHugePage;
    static constexpr std::size_t kFewRegions = 4;  // all pages of which are at hand

    struct Free {
        void operator()(std::byte* region) const { std::free(region); }
    };
    struct Slab {
        std::byte* rooms;
        std::uint32_t record_bytes;
        std::uint32_t count;
    };

    std::byte* room(std::uint32_t index) const {
        const Slab& slab = slabs_[index / kSlab];
        return slab.rooms + std::size_t{index % kSlab} * slab.record_bytes;
    }

    [[gnu::noinline]] void add_slab() {
        if (left_in_region_ < record_bytes_) add_region();
        const auto count = std::min<std::size_t>(kSlab, left_in_region_ / record_bytes_);
        const auto first = static_cast<std::uint32_t>(slabs_.size()) * kSlab;
        std::byte* const rooms = regions_.back().get() + kRegion - left_in_region_;
        slabs_.push_back(
            {rooms, static_cast<std::uint32_t>(record_bytes_), static_cast<std::uint32_t>(count)});
        const std::size_t lines = (count * record_bytes_ + kLine - 1) / kLine;
        left_in_region_ -= std::min(left_in_region_, lines * kLine);
        for (std::uint32_t i = 0; i < count; ++i) make(room(first + i), first + i, record_bytes_);
        for (auto i = static_cast<std::uint32_t>(count); i-- > 0;) free_->push_back(first + i);
    }
    void add_region() {
        void* memory = nullptr;
        if (posix_memalign(&memory, kRegion, kRegion) != 0) std::abort();
        if (regions_.size() >= kFewRegions) ask_for_huge_pages(memory, kRegion, kRegion);
        regions_.emplace_back(static_cast<std::byte*>(memory));
        *static_cast<Records**>(memory) = this;
        left_in_region_ = kRegion - kLine;
    }

    std::size_t record_bytes_ = 0;
    std::vector<std::uint32_t>* free_ = nullptr;  // of that size
    std::vector<Slab> slabs_;
    std::vector<std::unique_ptr<std::byte, Free>> regions_;
    std::size_t left_in_region_ = 0;                             // bytes of the newest
    std::map<std::size_t, std::vector<std::uint32_t>> free_of_;  // by size
    std::size_t live_ = 0;
    bool forgets_ = false;
};

}  // namespace sim
