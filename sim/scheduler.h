// The event loop: what happens next, in (time, order of scheduling).
//
// An entry of the event list is (time, order, whom). Most name a record (record.h), in which the
// order is noted: no table lies between them. A coroutine or an Event object has no place to note
// it, so its wake-up has a slot in a table, which is cleared to cancel it. Either way a cancelled
// entry is dropped when its time comes, and cancelling costs one store.
//
// What is scheduled for "now" takes a FIFO lane instead of the list. It fires after everything that
// was scheduled earlier for the same time, because the list can only hold such entries from before
// the clock reached it: the order is exactly (time, order of scheduling). Alarms of records come
// after all else in the list for their time: an answer that is just in time is in time. Whoever
// sets them says in which order those of one time ring: an alarm may have been set earlier than
// what it rings for.
#pragma once

#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/event_list.h"
#include "sim/fingerprint.h"
#include "sim/record.h"
#include "sim/time.h"
#include "sim/wake.h"

namespace sim {

// Names a scheduled wake-up until it fires or is cancelled; its owner forgets it then.
enum class Ticket : std::uint32_t { none = ~std::uint32_t{0} };

class Scheduler {
public:
    Scheduler() = default;
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    Time now() const { return now_; }
    std::uint64_t events() const { return events_; }
    std::size_t pending() const { return list_.size() + lane_size(); }

    // A hash over the times of all events so far and what models added to it.
    Fingerprint& fingerprint() { return fingerprint_; }

    // Whose records its entries name.
    void serve(Records& records) { records_ = &records; }

    // Wakes `wake` at `when`, or now if that has passed.
    Ticket at(Time when, Wake wake) {
        if (when <= now_) return post(wake);
        const std::uint32_t order = next_order();
        const std::uint32_t whom = note(wake, order);
        list_.push({stamp(when), std::uint64_t{order} << 32 | whom});
        return Ticket{whom};
    }

    // Rings a record's alarm at `when`, which is not before now; an alarm set before is forgotten.
    void ring_at(Time when, std::uint32_t order, Record& record) {
        record.alarm_order_ = order | kAlarm;
        list_.push(
            {stamp(when), std::uint64_t{record.alarm_order_} << 32 | kRecord | record.index});
    }

    Ticket after(Duration delay, Wake wake) {
        // A delay past the end of time waits forever, rather than wrapping into the past.
        return at(delay > kForever - now_ ? kForever : now_ + delay, wake);
    }

    // Wakes `wake` now, after what is already due. O(1).
    Ticket post(Wake wake) {
        const std::uint32_t order = next_order();
        const std::uint32_t whom = note(wake, order);
        if (lane_size() == lane_.size()) [[unlikely]]
            grow_lane();
        lane_[lane_tail_++ & (lane_.size() - 1)] = std::uint64_t{order} << 32 | whom;
        return Ticket{whom};
    }

    // The wake-up has not fired yet.
    void cancel(Ticket ticket) {
        const auto whom = static_cast<std::uint32_t>(ticket);
        if (whom & kRecord) {
            cancel((*records_)[whom & ~kRecord]);
        } else {
            slots_[whom].wake = Wake{};
        }
    }
    static void cancel(Record& record) { record.wake_order_ = 0; }

    // A record has been asked to do what counts as an event of its own: its alarm was due.
    void count_event() {
        ++events_;
        fingerprint_.add(stamp(now_));
    }

    // Fires everything due up to and including `end`; the clock then stands at `end`.
    void run_until(Time end) {
        while (step(end)) {
        }
        if (now_ < end) now_ = end;
    }

    // Fires the next event if it is due by `end`. False when there is none.
    bool step(Time end) {
        if (lane_tail_ != lane_head_ && !due_in_list()) {
            fire(lane_[lane_head_++ & (lane_.size() - 1)]);
            return true;
        }
        Entry entry;
        if (!list_.pop_until(stamp(end), entry)) return false;
        assert(entry.time >= stamp(now_));
        now_ = Time(Duration(static_cast<std::int64_t>(entry.time)));
        if (list_.has_opened()) [[unlikely]]
            prefetch_ahead();
        fire(entry.tie);
        return true;
    }

    // Whether its alarm is set, and with this order.
    static bool rings_as(std::uint32_t order, const Record& record) {
        return record.alarm_order_ == (order | kAlarm);
    }

    // The order counter starts here; a test sets it close to its end.
    void start_order_at(std::uint32_t order) { order_ = order; }

private:
    static constexpr std::uint32_t kAlarm = std::uint32_t{1} << 31;   // in an order
    static constexpr std::uint32_t kRecord = std::uint32_t{1} << 31;  // in whom an entry names
    static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};
    static constexpr std::size_t kFew = 1024;  // pending: all that they name is in a cache
    static constexpr std::size_t kPart = 256;  // of a coroutine or an Event object

    // A wake-up, or in a free slot the next free one.
    union Slot {
        Wake wake{};
        std::uint32_t next_free;
    };

    static std::uint64_t stamp(Time time) {
        return static_cast<std::uint64_t>(time.time_since_epoch().count());
    }

    std::size_t lane_size() const { return lane_tail_ - lane_head_; }

    bool due_in_list() { return !list_.empty() && list_.top().time <= stamp(now_); }

    // From 1 on: a record that waits for nothing notes 0.
    std::uint32_t next_order() {
        if (++order_ == kAlarm) [[unlikely]]
            renumber();
        return order_;
    }

    // Whom an entry of this order names.
    std::uint32_t note(Wake wake, std::uint32_t order) {
        if (!wake.is_record()) return take_slot(wake);
        Record& record = wake.record();
        assert(!record.wakes());
        record.wake_order_ = order;
        return kRecord | record.index;
    }

    std::uint32_t take_slot(Wake wake) {
        if (free_ == kNoSlot) [[unlikely]]
            add_slots();
        const std::uint32_t slot = free_;
        free_ = slots_[slot].next_free;
        slots_[slot].wake = wake;
        return slot;
    }

    void fire(std::uint64_t tie) {
        const auto whom = static_cast<std::uint32_t>(tie);
        if (whom & kRecord) [[likely]] {
            fire((*records_)[whom & ~kRecord], static_cast<std::uint32_t>(tie >> 32));
            return;
        }
        const Wake wake = slots_[whom].wake;
        slots_[whom].next_free = std::exchange(free_, whom);
        if (!wake) return;  // cancelled
        count_event();
        wake();
    }

    void fire(Record& record, std::uint32_t order) {
        if (order == record.wake_order_) [[likely]] {
            record.wake_order_ = 0;
            count_event();
            records_->woken(record);
        } else if (order == record.alarm_order_) {
            record.alarm_order_ = 0;
            records_->rung(record);
        }
    }

    // What the next bucket of events will need, while those of the one just opened are played: from
    // 10^5 pending on it is in no cache. The slots of this one have been prefetched so, and what
    // they lead to follows.
    void prefetch_ahead() {
        if (list_.size() < kFew) return;
        list_.for_each_near([this](const Entry& entry) {
            const auto whom = static_cast<std::uint32_t>(entry.tie);
            if (!(whom & kRecord)) prefetch(slots_[whom].wake.address(), kPart);
        });
        list_.for_each_soon([this](const Entry& entry) {
            const auto whom = static_cast<std::uint32_t>(entry.tie);
            if (whom & kRecord) {
                records_->prefetch(whom & ~kRecord);
            } else {
                prefetch(&slots_[whom]);
            }
        });
    }

    void add_slots();
    void grow_lane();
    void renumber();
    std::uint64_t renumbered(std::uint64_t tie);

    Time now_{};
    EventList list_;
    Records* records_ = nullptr;
    std::vector<Slot> slots_;
    std::uint32_t free_ = kNoSlot;
    std::vector<std::uint64_t> lane_ = std::vector<std::uint64_t>(64);
    std::size_t lane_head_ = 0;
    std::size_t lane_tail_ = 0;
    std::uint32_t order_ = 0;
    std::uint64_t events_ = 0;
    Fingerprint fingerprint_;
};

}  // namespace sim
