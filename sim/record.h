// Records: what moves through a model without a coroutine of its own, in pools that never move it.
//
// An entry of the event list names a record by its index. A record has at most one wake-up and one
// alarm pending, and notes the order of each: an entry whose order is not noted any more is dropped
// when its time comes, so to cancel is to forget. The alarm outlives what the record is used for:
// whoever owns it looks, when it rings, whether there is anything to do.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <vector>

namespace sim {

class Records;
class Scheduler;

class Record {
public:
    explicit Record(std::uint32_t number) : index(number) {}
    Record(const Record&) = delete;
    Record& operator=(const Record&) = delete;

    bool wakes() const { return wake_order_ != 0; }
    bool rings() const { return alarm_order_ != 0; }

    const std::uint32_t index;

private:
    friend Scheduler;
    std::uint32_t wake_order_ = 0;
    std::uint32_t alarm_order_ = 0;
};

// A pool of records of one size. The one given back last is taken first.
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
    std::uint32_t made() const { return made_; }
    std::size_t live() const { return made_ - free_.size(); }

    // The pool that a record is of.
    static Records& of(const Record& record) {
        const auto address = reinterpret_cast<std::uintptr_t>(&record) & ~(kSlabAlignment - 1);
        return **reinterpret_cast<Records**>(address);
    }

    [[gnu::always_inline]] void prefetch(std::uint32_t index) const {
        const std::byte* const record = room(index);
        for (std::size_t line = 0; line < record_bytes_; line += kLine) {
            __builtin_prefetch(record + line);
        }
    }
    // Only what says for what it waits.
    [[gnu::always_inline]] void prefetch_head(std::uint32_t index) const {
        __builtin_prefetch(room(index));
    }

protected:
    explicit Records(std::size_t record_bytes) : record_bytes_(record_bytes) {
        assert(kLine + kSlab * record_bytes <= kSlabAlignment);
    }
    ~Records() = default;

    std::byte* room(std::uint32_t index) const {
        return slabs_[index / kSlab].get() + kLine + (index % kSlab) * record_bytes_;
    }

    std::uint32_t take() {
        if (free_.empty()) [[unlikely]]
            add_slab();
        const std::uint32_t index = free_.back();
        free_.pop_back();
        return index;
    }
    void give_back(std::uint32_t index) { free_.push_back(index); }

    // Makes the record of this index in its room.
    virtual void make(std::byte* room, std::uint32_t index) = 0;

private:
    static constexpr std::uint32_t kSlab = 512;
    static constexpr std::size_t kLine = 64;
    static constexpr std::uintptr_t kSlabAlignment = std::uintptr_t{1} << 18;

    struct Free {
        void operator()(std::byte* slab) const { std::free(slab); }
    };

    [[gnu::noinline]] void add_slab() {
        const std::size_t bytes = (kLine + kSlab * record_bytes_ + kLine - 1) / kLine * kLine;
        void* memory = nullptr;
        if (posix_memalign(&memory, kSlabAlignment, bytes) != 0) std::abort();
        slabs_.emplace_back(static_cast<std::byte*>(memory));
        *static_cast<Records**>(memory) = this;
        const std::uint32_t first = made_;
        made_ += kSlab;
        for (std::uint32_t index = first; index < made_; ++index) make(room(index), index);
        for (std::uint32_t index = made_; index-- > first;) free_.push_back(index);
    }

    std::size_t record_bytes_;
    std::vector<std::unique_ptr<std::byte, Free>> slabs_;
    std::vector<std::uint32_t> free_;
    std::uint32_t made_ = 0;
};

}  // namespace sim
