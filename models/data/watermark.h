// How far something has come that only goes on: the end of a log, what a replica has of it.
//
//     if (co_await applied.until(position)) ...   // false: nobody will get there any more
//
// Whoever waits is called in the order of positions, and of equals in the order they came.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstdint>

#include "sim/link.h"
#include "sim/scheduler.h"

namespace models {

class Watermark {
public:
    explicit Watermark(sim::Scheduler& scheduler) : scheduler_(scheduler) {}
    Watermark(const Watermark&) = delete;
    Watermark& operator=(const Watermark&) = delete;

    std::uint64_t reached() const { return reached_; }

    void reach(std::uint64_t position) {
        reached_ = std::max(reached_, position);
        while (Waiting* first = waiting_.first()) {
            if (first->position_ > reached_) return;
            call(*first, true);
        }
    }

    // What was reached is so no more; those who wait go on waiting.
    void set(std::uint64_t position) { reached_ = position; }

    // Those who wait are told that it will not come.
    void give_up() {
        while (Waiting* first = waiting_.first()) call(*first, false);
    }

    class Waiting : public sim::Link<Waiting> {
    public:
        Waiting(Watermark& watermark, std::uint64_t position)
            : watermark_(watermark), position_(position) {}
        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;
        ~Waiting() {
            if (ticket_ != sim::Ticket::none) watermark_.scheduler_.cancel(ticket_);
        }

        bool await_ready() const { return position_ <= watermark_.reached_; }
        void await_suspend(std::coroutine_handle<> caller) {
            wake_ = caller;
            watermark_.waiting_.add_after_last(
                *this, [&](const Waiting& other) { return other.position_ <= position_; });
        }
        bool await_resume() {
            ticket_ = sim::Ticket::none;
            return came_;
        }

    private:
        friend Watermark;
        Watermark& watermark_;
        std::uint64_t position_;
        sim::Wake wake_;
        sim::Ticket ticket_ = sim::Ticket::none;
        bool came_ = true;
    };

    Waiting until(std::uint64_t position) { return {*this, position}; }

private:
    void call(Waiting& waiting, bool came) {
        waiting.unlink();
        waiting.came_ = came;
        waiting.ticket_ = scheduler_.post(waiting.wake_);
    }

    sim::Scheduler& scheduler_;
    sim::List<Waiting> waiting_;
    std::uint64_t reached_ = 0;
};

}  // namespace models
