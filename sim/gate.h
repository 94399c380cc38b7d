// A condition many can wait for: open lets all of them through, closed makes them wait.
//
//     co_await gate.pass();                                   // until it is open
//     const bool is_through = co_await gate.pass_within(2s);  // or that long
#pragma once

#include <coroutine>

#include "sim/line.h"
#include "sim/timer.h"

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
    // Lets through who waits now, and nobody after them: of a closed gate.
    void pulse() {
        open();
        close();
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

    // True: it went through; false: it was not called within that time, and waits no more.
    class PassingWithin final : Event {
    public:
        PassingWithin(Gate& gate, Duration limit)
            : gate_(gate), limit_(limit), waiter_(Priority::normal), timer_(gate.scheduler_) {}
        PassingWithin(const PassingWithin&) = delete;
        PassingWithin& operator=(const PassingWithin&) = delete;
        ~PassingWithin() { gate_.line_.leave(waiter_, gate_.scheduler_); }

        bool await_ready() const { return gate_.open_; }
        void await_suspend(Wake caller) {
            caller_ = caller;
            gate_.line_.join(waiter_, caller);
            timer_.start(limit_, static_cast<Event&>(*this));
        }
        bool await_resume() {
            timer_.stop();
            Line::went(waiter_);
            return !is_late_;
        }

    private:
        void fire() override {
            timer_.fired();
            is_late_ = true;
            gate_.line_.leave(waiter_, gate_.scheduler_);
            std::exchange(caller_, {})();
        }

        Gate& gate_;
        Duration limit_;
        Line::Waiter waiter_;
        Timer timer_;
        Wake caller_{};
        bool is_late_ = false;
    };

    PassingWithin pass_within(Duration limit) { return {*this, limit}; }

private:
    Scheduler& scheduler_;
    Line line_;
    bool open_;
};

}  // namespace sim
