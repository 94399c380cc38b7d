// A line of records in a slab, from the oldest to the newest, by links inside of them.
//
// A record has `older`, `newer` and `bytes`; Link names another pair of links, for records that
// stand in two lines.
#pragma once

#include <cstdint>

#include "models/caches/slab.h"

namespace models {

template <class Record, Slot Record::*kOlder = &Record::older,
          Slot Record::*kNewer = &Record::newer>
class Chain {
public:
    using Records = Slab<Record>;

    Slot oldest() const { return oldest_; }
    Slot newest() const { return newest_; }
    bool empty() const { return oldest_ == kNoSlot; }
    std::uint64_t bytes() const { return bytes_; }
    std::uint64_t count() const { return count_; }

    void add_newest(Records& records, Slot slot) {
        Record& record = records[slot];
        record.*kOlder = newest_;
        record.*kNewer = kNoSlot;
        (newest_ == kNoSlot ? oldest_ : records[newest_].*kNewer) = slot;
        newest_ = slot;
        bytes_ += record.bytes;
        ++count_;
    }

    void remove(Records& records, Slot slot) {
        const Record& record = records[slot];
        const Slot older = record.*kOlder;
        const Slot newer = record.*kNewer;
        (older == kNoSlot ? oldest_ : records[older].*kNewer) = newer;
        (newer == kNoSlot ? newest_ : records[newer].*kOlder) = older;
        bytes_ -= record.bytes;
        --count_;
    }

    Slot take_oldest(Records& records) {
        const Slot slot = oldest_;
        remove(records, slot);
        return slot;
    }

    void renew(Records& records, Slot slot) {
        if (slot == newest_) return;
        remove(records, slot);
        add_newest(records, slot);
    }

private:
    Slot oldest_ = kNoSlot;
    Slot newest_ = kNoSlot;
    std::uint64_t bytes_ = 0;
    std::uint64_t count_ = 0;
};

}  // namespace models
