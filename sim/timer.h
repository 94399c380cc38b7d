// A Timer wakes somebody at a time, unless it is stopped or destroyed first.
#pragma once

#include "sim/scheduler.h"

namespace sim {

class Timer {
public:
    explicit Timer(Scheduler& scheduler) : scheduler_(scheduler) {}
    Timer(const Timer&) = delete;
    Timer& operator=(const Timer&) = delete;
    ~Timer() { stop(); }

    void start_at(Time when, Wake wake) {
        if (armed()) [[unlikely]]
            stop();
        ticket_ = scheduler_.at(when, wake);
    }
    void start(Duration delay, Wake wake) {
        if (armed()) [[unlikely]]
            stop();
        ticket_ = scheduler_.after(delay, wake);
    }
    void stop() {
        if (armed()) scheduler_.cancel(std::exchange(ticket_, Ticket::none));
    }
    bool armed() const { return ticket_ != Ticket::none; }

    // Whoever it woke says so first: the ticket is then somebody else's.
    void fired() { ticket_ = Ticket::none; }

    Scheduler& scheduler() const { return scheduler_; }

private:
    Scheduler& scheduler_;
    Ticket ticket_ = Ticket::none;
};

}  // namespace sim
