// The event loop: what happens next, in (time, order of scheduling).
//
// Every scheduled wake-up has a slot; the event list holds only (time, order, slot). Cancelling
// clears the slot and leaves the entry to be dropped when its time comes, which costs one store.
// What is scheduled for "now" takes a FIFO lane instead of the list. It fires after everything that
// was scheduled earlier for the same time, because the list can only hold such entries from before
// the clock reached it: the order is exactly (time, order of scheduling).
#pragma once

#include <cassert>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/event_list.h"
#include "sim/fingerprint.h"
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

    // Wakes `wake` at `when`, or now if that has passed.
    Ticket at(Time when, Wake wake) {
        if (when <= now_) return post(wake);
        const std::uint32_t slot = take_slot(wake);
        if (order_ == kLastOrder) [[unlikely]]
            renumber();
        list_.push({static_cast<std::uint64_t>(when.time_since_epoch().count()),
                    std::uint64_t{order_++} << 32 | slot});
        return Ticket{slot};
    }

    Ticket after(Duration delay, Wake wake) {
        // A delay past the end of time waits forever, rather than wrapping into the past.
        return at(delay > kForever - now_ ? kForever : now_ + delay, wake);
    }

    // Wakes `wake` now, after what is already due. O(1).
    Ticket post(Wake wake) {
        const std::uint32_t slot = take_slot(wake);
        if (lane_size() == lane_.size()) [[unlikely]]
            grow_lane();
        lane_[lane_tail_++ & (lane_.size() - 1)] = slot;
        return Ticket{slot};
    }

    // The wake-up has not fired yet.
    void cancel(Ticket ticket) { slots_[static_cast<std::uint32_t>(ticket)].wake = Wake{}; }

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
        if (!list_.pop_until(static_cast<std::uint64_t>(end.time_since_epoch().count()), entry)) {
            return false;
        }
        assert(entry.time >= static_cast<std::uint64_t>(now_.time_since_epoch().count()));
        now_ = Time(Duration(static_cast<std::int64_t>(entry.time)));
        prefetch();
        fire(static_cast<std::uint32_t>(entry.tie));
        return true;
    }

    // The order counter starts here; a test sets it close to its end.
    void start_order_at(std::uint32_t order) { order_ = order; }

private:
    static constexpr std::uint32_t kLastOrder = ~std::uint32_t{0};
    static constexpr std::uint32_t kNoSlot = ~std::uint32_t{0};

    // A wake-up, or in a free slot the next free one.
    union Slot {
        Wake wake{};
        std::uint32_t next_free;
    };

    std::size_t lane_size() const { return lane_tail_ - lane_head_; }

    bool due_in_list() {
        return !list_.empty() &&
               list_.top().time <= static_cast<std::uint64_t>(now_.time_since_epoch().count());
    }

    std::uint32_t take_slot(Wake wake) {
        if (free_ == kNoSlot) [[unlikely]]
            add_slots();
        const std::uint32_t slot = free_;
        free_ = slots_[slot].next_free;
        slots_[slot].wake = wake;
        return slot;
    }

    void fire(std::uint32_t slot) {
        const Wake wake = slots_[slot].wake;
        slots_[slot].next_free = std::exchange(free_, slot);
        if (!wake) return;  // cancelled
        ++events_;
        fingerprint_.add(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
        wake();
    }

    // Touches what the next events will need while this one runs: a third more rate at 10^6
    // pending.
    void prefetch() const {
        if (const Entry* later = list_.peek(3)) {
            __builtin_prefetch(&slots_[static_cast<std::uint32_t>(later->tie)]);
        }
        if (const Entry* soon = list_.peek(1)) {
            const auto* target = static_cast<const char*>(
                slots_[static_cast<std::uint32_t>(soon->tie)].wake.address());
            if (target == nullptr) return;  // cancelled
            for (int line = 0; line < 6; ++line) __builtin_prefetch(target + 64 * line);
        }
    }

    void add_slots();
    void grow_lane();
    void renumber();

    Time now_{};
    EventList list_;
    std::vector<Slot> slots_;
    std::uint32_t free_ = kNoSlot;
    std::vector<std::uint32_t> lane_ = std::vector<std::uint32_t>(64);
    std::size_t lane_head_ = 0;
    std::size_t lane_tail_ = 0;
    std::uint32_t order_ = 0;
    std::uint64_t events_ = 0;
    Fingerprint fingerprint_;
};

}  // namespace sim
