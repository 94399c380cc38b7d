// A record of a topic, and where those of one partition are kept.
//
// All replicas of a partition share one store: a log (replica_log.h) only says which of its slots
// are there, in which order. So a record takes 48 bytes however many replicas have it.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sim/time.h"

namespace models {

// What ends a producer's transaction in a partition (a control record), and no data.
enum class Marker : std::uint8_t { none, commit, abort };

struct Record {
    std::uint64_t identity = 0;  // of the request that published it
    std::uint64_t key = 0;
    sim::Time created{};
    std::uint32_t user = 0;
    std::uint32_t bytes = 0;     // as stored
    std::uint32_t producer = 0;  // 0: without a number
    std::uint32_t sequence = 0;  // among those of its producer in this partition
    std::uint16_t epoch = 0;     // of its producer, in a transaction
    Marker marker = Marker::none;
    bool is_published = false;  // its producer takes it to be there
    bool has_key = true;
    bool is_transactional = false;
    bool is_aborted = false;  // its transaction, in what is committed to the log
    bool is_expired = false;  // retention has deleted it somewhere
};
static_assert(sizeof(Record) == 48);

using Records = std::vector<Record>;

inline std::uint64_t bytes_of(const Records& records) {
    std::uint64_t sum = 0;
    for (const Record& each : records) sum += each.bytes;
    return sum;
}

using StoreSlot = std::uint64_t;

// In pieces of so many records, so that the oldest can go and none is moved.
class RecordStore {
public:
    StoreSlot first() const { return first_; }
    StoreSlot end() const { return end_; }
    StoreSlot add(const Record& record) {
        if (end_ - begin_ == chunks_.size() * kChunk) {
            chunks_.push_back(std::make_unique<Chunk>());
        }
        (*chunks_.back())[static_cast<std::size_t>(end_ % kChunk)] = record;
        return end_++;
    }
    Record& operator[](StoreSlot slot) {
        assert(has(slot));
        return (*chunks_[static_cast<std::size_t>((slot - begin_) / kChunk)])[slot % kChunk];
    }
    const Record& operator[](StoreSlot slot) const {
        assert(has(slot));
        return (*chunks_[static_cast<std::size_t>((slot - begin_) / kChunk)])[slot % kChunk];
    }
    bool has(StoreSlot slot) const { return slot >= first_ && slot < end_; }
    // Those before it go.
    void trim(StoreSlot slot) {
        first_ = std::max(first_, std::min(slot, end_));
        while (begin_ + kChunk <= first_) {
            chunks_.pop_front();
            begin_ += kChunk;
        }
    }

private:
    static constexpr std::size_t kChunk = 64;
    using Chunk = std::array<Record, kChunk>;

    std::deque<std::unique_ptr<Chunk>> chunks_;
    StoreSlot begin_ = 0;  // of the first of them
    StoreSlot first_ = 0;
    StoreSlot end_ = 0;
};

}  // namespace models
