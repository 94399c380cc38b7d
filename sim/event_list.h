// The pending events in (time, order): a monotone radix queue on integer time.
//
// An entry is 16 bytes and compares as one 128-bit number. Entries far away lie unsorted in buckets
// chosen by the highest 6-bit digit in which their time differs from `origin_`; the nearest bucket
// is sorted into `near_` when it is reached, and what is scheduled inside its span is inserted
// there. Nothing is tuned or sampled: the same pushes give the same pops on every machine, ties
// come out in order of scheduling, and the rate falls by less than half from 10^3 to 10^6 pending.
// (Radix heaps: Ahuja, Mehlhorn, Orlin, Tarjan 1990; the bucket-to-sorted-bottom step is the ladder
// queue's: Tang, Goh, Thng 2005.)
#pragma once

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "sim/prefetch.h"

namespace sim {

struct Entry {
    std::uint64_t time;
    std::uint64_t tie;  // order << 32 | index of a record, or slot

    __extension__ using Key = unsigned __int128;
    Key key() const { return Key{time} << 64 | tie; }
    bool operator<(const Entry& other) const { return key() < other.key(); }
};

// A 4-ary heap: it absorbs what would make the sorted part slow.
class EntryHeap {
public:
    bool empty() const { return entries_.empty(); }
    std::size_t size() const { return entries_.size(); }
    const Entry& top() const { return entries_.front(); }
    std::vector<Entry>& entries() { return entries_; }

    void push(Entry entry) {
        std::size_t hole = entries_.size();
        entries_.push_back(entry);
        while (hole > 0) {
            const std::size_t parent = (hole - 1) / 4;
            if (!(entry < entries_[parent])) break;
            entries_[hole] = entries_[parent];
            hole = parent;
        }
        entries_[hole] = entry;
    }

    Entry pop() {
        const Entry first = entries_.front();
        const Entry last = entries_.back();
        entries_.pop_back();
        if (!entries_.empty()) sink(last);
        return first;
    }

private:
    void sink(Entry entry) {
        std::size_t hole = 0;
        for (;;) {
            const std::size_t child = 4 * hole + 1;
            if (child >= entries_.size()) break;
            std::size_t least = child;
            const std::size_t end = std::min(child + 4, entries_.size());
            for (std::size_t other = child + 1; other < end; ++other) {
                if (entries_[other] < entries_[least]) least = other;
            }
            if (!(entries_[least] < entry)) break;
            entries_[hole] = entries_[least];
            hole = least;
        }
        entries_[hole] = entry;
    }

    std::vector<Entry> entries_;
};

// The nearest entries, latest first: the next event is at the back. Room is made by `reserve` only,
// so that an insertion is a few moves and nothing else.
class SortedRun {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }
    Entry& operator[](std::size_t index) { return entries_[index]; }
    const Entry& back() const { return entries_[size_ - 1]; }
    void pop_back() { --size_; }
    void clear() { size_ = 0; }

    // There is room for it.
    void insert(Entry entry) {
        std::size_t hole = size_++;
        for (; hole > 0 && entries_[hole - 1] < entry; --hole) {
            entries_[hole] = entries_[hole - 1];
        }
        entries_[hole] = entry;
    }

    void append(const Entry* entries, std::size_t count) {
        std::copy(entries, entries + count, entries_.get() + size_);
        size_ += count;
    }

    // Only while empty.
    void reserve(std::size_t capacity) {
        if (capacity <= capacity_) return;
        entries_ = std::make_unique_for_overwrite<Entry[]>(capacity);
        capacity_ = capacity;
    }

    void sort() {
        if (size_ <= kRankMost && sort_by_rank()) return;
        std::sort(entries_.get(), entries_.get() + size_,
                  [](const Entry& a, const Entry& b) { return b < a; });
    }

private:
    static constexpr std::size_t kRankMost = 32;

    // Each goes to the place that says how many are later: all pairs are compared, several at once,
    // but nothing is guessed. Guesses that fail are what sorting so few costs. False, and nothing
    // done, when two are of one time, or they lie too far apart for numbers of 32 bits.
    bool sort_by_rank() {
        constexpr std::size_t kAtOnce = 8;
        alignas(32) std::int32_t times[kRankMost + kAtOnce];
        std::uint64_t too_far = 0;
        for (std::size_t index = 0; index < size_; ++index) {
            const std::uint64_t since = entries_[index].time - entries_[0].time;
            too_far |= (since + (std::uint64_t{1} << 31)) >> 32;
            times[index] = static_cast<std::int32_t>(since);
        }
        const std::size_t end = (size_ + kAtOnce - 1) / kAtOnce * kAtOnce;
        for (std::size_t index = size_; index < end; ++index) {
            times[index] = std::numeric_limits<std::int32_t>::min();
        }
        Entry unsorted[kRankMost];
        std::uint64_t places = 0;
        std::int32_t later[kRankMost];
        for (std::size_t index = 0; index < size_; ++index) {
            unsorted[index] = entries_[index];
            std::int32_t rank = 0;
            for (std::size_t other = 0; other < end; ++other) rank += times[other] > times[index];
            later[index] = rank;
            places |= std::uint64_t{1} << rank;
        }
        if (too_far != 0 || std::popcount(places) != static_cast<int>(size_)) return false;
        for (std::size_t index = 0; index < size_; ++index) {
            entries_[static_cast<std::size_t>(later[index])] = unsorted[index];
        }
        return true;
    }

    std::unique_ptr<Entry[]> entries_;
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

// Buckets share chunks of 64 entries, so memory stays near 17 bytes an event whatever the spread.
// Many are filled side by side: they lie an odd number of cache lines apart, or else they would all
// want the same few places of the cache.
class ChunkPool {
public:
    static constexpr std::uint32_t kEntries = 64;

    struct alignas(64) Chunk {
        Chunk* next;
        alignas(64) Entry entries[kEntries];
    };
    static_assert(sizeof(Chunk) / 64 % 2 == 1);

    Chunk* take() {
        if (free_ == nullptr) grow();
        return std::exchange(free_, free_->next);
    }
    void give_back(Chunk* chunk) {
        chunk->next = free_;
        free_ = chunk;
    }

private:
    static constexpr std::uint32_t kChunksPerBlock = 64;

    void grow() {
        blocks_.push_back(std::make_unique_for_overwrite<Chunk[]>(kChunksPerBlock));
        for (std::uint32_t i = kChunksPerBlock; i-- > 0;) give_back(&blocks_.back()[i]);
    }

    std::vector<std::unique_ptr<Chunk[]>> blocks_;
    Chunk* free_ = nullptr;
};

class EventList {
public:
    bool empty() const { return size_ == 0; }
    std::size_t size() const { return size_; }

    // `entry.time` is not before the last entry popped.
    void push(Entry entry) {
        ++size_;
        if (entry.time < reach_) {
            push_near(entry);
        } else {
            push_far(entry);
        }
    }

    // The earliest entry; the list is not empty.
    const Entry& top() {
        if (near_.empty() && crowd_.empty()) refill();
        return crowd_first() ? crowd_.top() : near_.back();
    }

    // Takes the earliest entry out, if its time is not after `end`.
    bool pop_until(std::uint64_t end, Entry& entry) {
        if (size_ == 0) return false;
        if (near_.empty() && crowd_.empty()) [[unlikely]]
            refill();
        const bool crowded = crowd_first();
        entry = crowded ? crowd_.top() : near_.back();
        if (entry.time > end) return false;
        if (crowded) {
            crowd_.pop();
        } else {
            near_.pop_back();
        }
        --size_;
        popped_ = entry.time;
        return true;
    }

    // Whether a bucket has been opened since this was asked last.
    bool has_opened() { return std::exchange(has_opened_, false); }

    // visit(entry) for those of the bucket that is open, and of the one after it, if it is next to
    // it: to prefetch what they name.
    template <class Visitor>
    void for_each_near(Visitor visit) {
        for (std::size_t index = 0; index < near_.size(); ++index) visit(near_[index]);
    }
    template <class Visitor>
    void for_each_soon(Visitor visit) {
        if (used_[level_] == 0) return;
        const Bucket& bucket = buckets_[level_][std::countr_zero(used_[level_])];
        if (bucket.count > kSortAtMost) return;
        for_each_run(bucket, [&](const Entry* entries, std::uint32_t count) {
            for (std::uint32_t index = 0; index < count; ++index) visit(entries[index]);
        });
    }

    // Every entry, in no order; times may not be changed, and ties only in an order-keeping way.
    template <class Visitor>
    void for_each(Visitor visit) {
        for (std::size_t index = 0; index < near_.size(); ++index) visit(near_[index]);
        for (Entry& entry : crowd_.entries()) visit(entry);
        for (auto& level : buckets_) {
            for (Bucket& bucket : level) {
                for_each_run(bucket, [&](Entry* entries, std::uint32_t count) {
                    for (std::uint32_t index = 0; index < count; ++index) visit(entries[index]);
                });
            }
        }
    }

private:
    static constexpr int kDigitBits = 6;
    static constexpr int kDigits = 1 << kDigitBits;
    static constexpr int kLevels = (64 + kDigitBits - 1) / kDigitBits;
    static constexpr std::uint32_t kSortAtMost = 64;  // larger buckets are spread first
    static constexpr std::size_t kNearMost = 96;      // beyond it insertion costs more than a heap
    static constexpr std::size_t kCrowdMost = 512;    // beyond it buckets are better again

    struct Bucket {
        Entry* end = nullptr;
        ChunkPool::Chunk* newest = nullptr;
        std::uint32_t count = 0;
    };

    bool crowd_first() const {
        return !crowd_.empty() && (near_.empty() || crowd_.top() < near_.back());
    }

    void push_near(Entry entry) {
        if (near_.size() < kNearMost) [[likely]] {
            near_.insert(entry);
            return;
        }
        crowd_.push(entry);
        // Other buckets are named from where the open one begins: nothing of it may have been taken.
        const bool is_within = popped_ >= origin_;
        if (crowd_.size() > kCrowdMost && level_ > 0 && is_within) spread_near();
    }

    void push_far(Entry entry) {
        const std::uint64_t differs = entry.time ^ origin_;
        const int level = (63 - std::countl_zero(differs | 1)) / kDigitBits;
        const auto digit =
            static_cast<std::uint32_t>(entry.time >> (level * kDigitBits)) & (kDigits - 1);
        append(buckets_[level][digit], entry);
        used_[level] |= std::uint64_t{1} << digit;
        levels_used_ |= 1u << level;
    }

    void append(Bucket& bucket, Entry entry) {
        if (bucket.count % ChunkPool::kEntries == 0) [[unlikely]] {
            ChunkPool::Chunk* const chunk = chunks_.take();
            chunk->next = std::exchange(bucket.newest, chunk);
            bucket.end = chunk->entries;
        }
        *bucket.end++ = entry;
        ++bucket.count;
    }

    // Calls `visit(entries, count)` for each chunk; the newest may be partly filled.
    template <class Visitor>
    static void for_each_run(const Bucket& bucket, Visitor visit) {
        std::uint32_t left = bucket.count;
        for (ChunkPool::Chunk* chunk = bucket.newest; left > 0; chunk = chunk->next) {
            const std::uint32_t part = left % ChunkPool::kEntries;
            const std::uint32_t count = part == 0 ? ChunkPool::kEntries : part;
            left -= count;
            if (left > 0) prefetch(chunk->next, sizeof(ChunkPool::Chunk));
            visit(chunk->entries, count);
        }
    }

    void release(const Bucket& bucket) {
        const std::uint32_t chunks = (bucket.count + ChunkPool::kEntries - 1) / ChunkPool::kEntries;
        ChunkPool::Chunk* chunk = bucket.newest;
        for (std::uint32_t i = 0; i < chunks; ++i)
            chunks_.give_back(std::exchange(chunk, chunk->next));
    }

    // Moves the nearest bucket into the sorted part, spreading it over finer buckets while large.
    void refill() {
        assert(size_ > 0);
        for (;;) {
            const int level = std::countr_zero(levels_used_);
            const int digit = std::countr_zero(used_[level]);
            used_[level] &= used_[level] - 1;
            if (used_[level] == 0) levels_used_ &= ~(1u << level);

            const int shift = level * kDigitBits;
            const std::uint64_t below = shift + kDigitBits >= 64
                                            ? ~std::uint64_t{0}
                                            : (std::uint64_t{1} << (shift + kDigitBits)) - 1;
            origin_ = (origin_ & ~below) | static_cast<std::uint64_t>(digit) << shift;

            const Bucket bucket = buckets_[level][digit];
            buckets_[level][digit] = Bucket{};
            if (bucket.count <= kSortAtMost || level == 0) {
                sort_in(bucket);
                reach_ = origin_ + (std::uint64_t{1} << shift);
                level_ = level;
                has_opened_ = true;
                return;
            }
            for_each_run(bucket, [&](const Entry* entries, std::uint32_t count) {
                for (std::uint32_t index = 0; index < count; ++index) push_far(entries[index]);
            });
            release(bucket);
        }
    }

    void sort_in(const Bucket& bucket) {
        near_.reserve(std::max<std::size_t>(bucket.count, kNearMost));
        for_each_run(bucket, [&](const Entry* entries, std::uint32_t count) {
            near_.append(entries, count);
        });
        release(bucket);
        near_.sort();
    }

    // Too much fell into one wide bucket after it was opened: back to buckets, finer ones.
    void spread_near() {
        origin_ = popped_;
        reach_ = popped_;
        level_ = 0;
        for (std::size_t index = 0; index < near_.size(); ++index) push_far(near_[index]);
        for (const Entry& entry : crowd_.entries()) push_far(entry);
        near_.clear();
        crowd_.entries().clear();
    }

    SortedRun near_;
    EntryHeap crowd_;
    std::uint64_t reach_ = 0;   // times before it belong to near_ or crowd_
    std::uint64_t origin_ = 0;  // buckets are named by how a time differs from it
    std::uint64_t popped_ = 0;
    int level_ = 0;
    bool has_opened_ = false;
    std::uint32_t levels_used_ = 0;
    std::uint64_t used_[kLevels] = {};
    Bucket buckets_[kLevels][kDigits];
    ChunkPool chunks_;
    std::size_t size_ = 0;
};

}  // namespace sim
