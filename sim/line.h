// A waiting line: first come, first served, or by priority and then by arrival.
//
// A waiter stands in line with its awaiter, which lives in the frame of the coroutine that waits:
// destroy the coroutine and it has left the line.
#pragma once

#include <cstdint>

#include "sim/link.h"
#include "sim/prefetch.h"
#include "sim/scheduler.h"

namespace sim {

enum class Priority : std::int16_t { normal = 0 };  // higher goes first

class Line {
public:
    class Waiter : public Link<Waiter> {
    public:
        explicit Waiter(Priority priority) : priority_(priority) {}

        // Called, but not for what it waited for.
        bool was_sent_away() const { return sent_away_; }
        Wake wake() const { return wake_; }

    private:
        friend Line;
        Wake wake_;
        Ticket ticket_ = Ticket::none;
        Priority priority_;
        bool sent_away_ = false;
    };

    bool empty() const { return waiters_.empty(); }
    std::size_t size() const { return size_; }

    void join(Waiter& waiter, Wake wake) {
        waiter.wake_ = wake;
        ++size_;
        waiters_.add_after_last(
            waiter, [&](const Waiter& other) { return other.priority_ >= waiter.priority_; });
    }

    // Calls the first waiter; it goes on after what is already due.
    void call_first(Scheduler& scheduler) { call(*waiters_.first(), scheduler); }

    // As call_first, for the newest of the highest priority (LIFO service).
    void call_newest(Scheduler& scheduler) {
        const Priority highest = waiters_.first()->priority_;
        Waiter* newest = waiters_.last();
        if (newest->priority_ != highest) {
            newest = waiters_.first();
            waiters_.for_each([&](Waiter& each) {
                if (each.priority_ == highest) newest = &each;
            });
        }
        call(*newest, scheduler);
    }

    // Calls the newest of the lowest priority to go away, if that is below `priority`.
    bool send_away_below(Priority priority, Scheduler& scheduler) {
        if (empty() || waiters_.last()->priority_ >= priority) return false;
        waiters_.last()->sent_away_ = true;
        call(*waiters_.last(), scheduler);
        return true;
    }

    // visit(waiter) for all, in their order.
    template <class Visit>
    void for_each(Visit visit) const {
        waiters_.for_each(visit);
    }

    // The waiter goes on: it was called.
    static void went(Waiter& waiter) { waiter.ticket_ = Ticket::none; }

    // The waiter goes away. True when it had been called but had not gone on yet: whatever it was
    // called for is then the next one's.
    bool leave(Waiter& waiter, Scheduler& scheduler) {
        if (waiter.linked()) {
            waiter.unlink();
            --size_;
            return false;
        }
        if (waiter.ticket_ == Ticket::none) return false;
        scheduler.cancel(std::exchange(waiter.ticket_, Ticket::none));
        return !waiter.sent_away_;
    }

private:
    void call(Waiter& waiter, Scheduler& scheduler) {
        waiter.unlink();
        --size_;
        waiter.ticket_ = scheduler.post(waiter.wake_);
        if (!empty()) prefetch(waiters_.first()->wake_.address(), kPart);
    }

    // Of a record or a frame: who is next has waited so long that it is in no cache.
    static constexpr std::size_t kPart = 256;

    List<Waiter> waiters_;
    std::size_t size_ = 0;
};

}  // namespace sim
