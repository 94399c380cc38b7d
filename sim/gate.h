// A condition many can wait for: open lets all of them through, closed makes them wait.
#pragma once

#include <coroutine>

#include "sim/line.h"

namespace sim {

class Gate {
public:
    Gate(Scheduler& scheduler, bool open) : scheduler_(scheduler), open_(open) {}
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    bool is_open() const { return open_; }
    void close() { open_ = false; }
    void open() {
        open_ = true;
        while (!line_.empty()) line_.call_first(scheduler_);
    }

    // Whoever was called goes through, even if the gate closes again at the same moment.
    class Passing {
    public:
        explicit Passing(Gate& gate) : gate_(gate), waiter_(Priority::normal) {}
        Passing(const Passing&) = delete;
        Passing& operator=(const Passing&) = delete;
        ~Passing() { gate_.line_.leave(waiter_, gate_.scheduler_); }

        bool await_ready() const { return gate_.open_; }
        void await_suspend(Wake caller) { gate_.line_.join(waiter_, caller); }
        void await_resume() { Line::went(waiter_); }

    private:
        Gate& gate_;
        Line::Waiter waiter_;
    };

    Passing pass() { return Passing(*this); }

private:
    Scheduler& scheduler_;
    Line line_;
    bool open_;
};

}  // namespace sim
