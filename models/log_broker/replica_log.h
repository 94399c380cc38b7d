// One replica's log of a partition: which records are at which offsets, and under which leader's
// epoch they were appended.
//
// Offsets that follow one another in the store under one epoch are a run, so a log takes a few
// words for each change of its leader and none for a record. Epochs tell where two logs part (Kafka
// improvement proposal 101): a follower that has records of an epoch beyond where the leader's end,
// cuts them off.
//
// Retention deletes whole segments, never the open one (log.segment.bytes, log.roll.ms).
#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <deque>
#include <vector>

#include "models/log_broker/record.h"

namespace models {

using Offset = std::uint64_t;
using Epoch = std::uint32_t;

class ReplicaLog {
public:
    struct Run {
        Offset offset;
        StoreSlot slot;
        Epoch epoch;
    };
    struct Segment {
        Offset first;
        std::uint64_t bytes = 0;
        sim::Time opened{};
        sim::Time newest{};
    };
    struct Rolling {
        std::uint64_t segment_bytes;
        sim::Duration segment_time;
    };

    Offset start() const { return start_; }
    Offset end() const { return end_; }
    Epoch last_epoch() const { return runs_.empty() ? 0 : runs_.back().epoch; }
    std::uint64_t bytes() const { return bytes_; }

    void append(Epoch epoch, StoreSlot slot, const Record& record, const Rolling& rolling) {
        assert(epoch >= last_epoch());
        const bool goes_on = !runs_.empty() && runs_.back().epoch == epoch &&
                             runs_.back().slot + (end_ - runs_.back().offset) == slot;
        if (!goes_on) runs_.push_back({end_, slot, epoch});
        const bool is_new = segments_.empty() ||
                            segments_.back().bytes + record.bytes > rolling.segment_bytes ||
                            record.created - segments_.back().opened >= rolling.segment_time;
        if (is_new) segments_.push_back({end_, 0, record.created, record.created});
        Segment& segment = segments_.back();
        segment.bytes += record.bytes;
        segment.newest = std::max(segment.newest, record.created);
        bytes_ += record.bytes;
        ++end_;
    }
    const Run& run_of(Offset offset) const {
        assert(offset >= start_ && offset < end_);
        const auto after =
            std::upper_bound(runs_.begin(), runs_.end(), offset,
                             [](Offset value, const Run& run) { return value < run.offset; });
        return *(after - 1);
    }
    Offset end_of(const Run& run) const { return &run == &runs_.back() ? end_ : (&run)[1].offset; }
    StoreSlot slot_of(Offset offset) const {
        const Run& run = run_of(offset);
        return run.slot + (offset - run.offset);
    }
    // visit(offset, slot) of all that is there, the oldest first.
    template <class Visit>
    void for_each(Visit&& visit) const {
        for (const Run& run : runs_) {
            const Offset end = end_of(run);
            for (Offset at = std::max(run.offset, start_); at < end; ++at) {
                visit(at, run.slot + (at - run.offset));
            }
        }
    }
    // Where the records of that epoch, or the last before it, end; and which that is.
    struct EpochEnd {
        Epoch epoch;
        Offset end;
    };
    EpochEnd end_of(Epoch epoch) const {
        Epoch found = 0;
        for (const Run& run : runs_) {
            if (run.epoch > epoch) return {found, run.offset};
            found = run.epoch;
        }
        return {found, end_};
    }
    // What is there from this offset on goes.
    void truncate(Offset offset, const RecordStore& store) {
        offset = std::max(offset, start_);
        while (end_ > offset) {
            const std::uint32_t bytes = store[slot_of(end_ - 1)].bytes;
            bytes_ -= bytes;
            segments_.back().bytes -= bytes;
            --end_;
            if (segments_.back().first >= end_) segments_.pop_back();
            while (!runs_.empty() && runs_.back().offset >= end_) runs_.pop_back();
        }
    }
    // Of closed segments; the oldest goes. True when one did.
    bool delete_oldest() {
        if (segments_.size() < 2) return false;
        bytes_ -= segments_.front().bytes;
        segments_.pop_front();
        start_ = segments_.front().first;
        while (runs_.size() > 1 && runs_[1].offset <= start_) runs_.erase(runs_.begin());
        return true;
    }
    const std::deque<Segment>& segments() const { return segments_; }
    // Nothing is there, and the next record will be at that offset.
    void begin_at(Offset offset) {
        runs_.clear();
        segments_.clear();
        bytes_ = 0;
        start_ = end_ = offset;
    }

private:
    std::vector<Run> runs_;
    std::deque<Segment> segments_;
    std::uint64_t bytes_ = 0;
    Offset start_ = 0;
    Offset end_ = 0;
};

}  // namespace models
