// A record of a topic, and where those of one partition are kept.
//
// All replicas of a partition share one store: a log (replica_log.h) only says which of its slots
// are there, in which order. So a record takes 48 bytes however many replicas have it.
#pragma once

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <deque>
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
};
static_assert(sizeof(Record) == 48);

using Records = std::vector<Record>;

inline std::uint64_t bytes_of(const Records& records) {
    std::uint64_t sum = 0;
    for (const Record& each : records) sum += each.bytes;
    return sum;
}

using StoreSlot = std::uint64_t;

class RecordStore {
public:
    StoreSlot first() const { return first_; }
    StoreSlot end() const { return first_ + records_.size(); }
    StoreSlot add(const Record& record) {
        records_.push_back(record);
        return end() - 1;
    }
    Record& operator[](StoreSlot slot) {
        assert(slot >= first_ && slot < end());
        return records_[static_cast<std::size_t>(slot - first_)];
    }
    const Record& operator[](StoreSlot slot) const {
        assert(slot >= first_ && slot < end());
        return records_[static_cast<std::size_t>(slot - first_)];
    }
    bool has(StoreSlot slot) const { return slot >= first_ && slot < end(); }
    // Those before it go.
    void trim(StoreSlot slot) {
        const auto gone = std::min<std::size_t>(slot - std::min(slot, first_), records_.size());
        records_.erase(records_.begin(), records_.begin() + static_cast<std::ptrdiff_t>(gone));
        first_ += gone;
    }

private:
    std::deque<Record> records_;
    StoreSlot first_ = 0;
};

}  // namespace models
