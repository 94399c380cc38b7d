// A number of places that can be held: threads, connections, permits.
//
//     auto place = co_await slots.take();   // given back when `place` goes out of scope
#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "sim/gauge.h"
#include "sim/line.h"
#include "sim/timer.h"

namespace sim {

class Slots;

// One held place.
class Place {
public:
    Place() = default;
    explicit Place(Slots& slots) : slots_(&slots) {}
    Place(Place&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Place& operator=(Place&& other) noexcept {
        std::swap(slots_, other.slots_);
        return *this;
    }
    ~Place() { give_back(); }

    void give_back();
    // Whoever takes it over gives it back.
    Slots* release() { return std::exchange(slots_, nullptr); }
    explicit operator bool() const { return slots_ != nullptr; }

private:
    Slots* slots_ = nullptr;
};

class Slots {
public:
    Slots(Scheduler& scheduler, std::size_t capacity)
        : scheduler_(scheduler), capacity_(capacity) {}
    Slots(const Slots&) = delete;
    Slots& operator=(const Slots&) = delete;

    std::size_t capacity() const { return capacity_; }
    std::size_t taken() const { return taken_; }
    std::size_t waiting() const { return line_.size(); }
    bool full() const { return taken_ >= capacity_; }

    // How many are held, over time, since this was first asked for: few want to know.
    Gauge& usage() {
        if (!usage_) {
            usage_ = std::make_unique<Gauge>();
            usage_->add(scheduler_.now(), static_cast<std::int64_t>(taken_));
            usage_->restart(scheduler_.now());
        }
        return *usage_;
    }

    // As take(), but stops waiting at a time: the place is then none.
    class TakingUntil;
    TakingUntil take_until(Time limit, Priority priority = Priority::normal);

    class Taking {
    public:
        Taking(Slots& slots, Priority priority) : slots_(slots), waiter_(priority) {}
        Taking(const Taking&) = delete;
        Taking& operator=(const Taking&) = delete;
        ~Taking() {
            if (slots_.line_.leave(waiter_, slots_.scheduler_)) slots_.give_back();
        }

        bool await_ready() { return slots_.try_take(); }
        void await_suspend(Wake caller) { slots_.line_.join(waiter_, caller); }
        Place await_resume() {
            Line::went(waiter_);
            return waiter_.was_sent_away() ? Place() : Place(slots_);
        }

    private:
        Slots& slots_;
        Line::Waiter waiter_;
    };

    Taking take(Priority priority = Priority::normal) { return {*this, priority}; }

    // Nobody overtakes: while somebody waits, a place is not free.
    bool try_take() {
        if (full() || !line_.empty()) return false;
        hold(1);
        return true;
    }

    // Which of equals is next from now on: the oldest, unless told otherwise.
    void serve_newest_first(bool newest_first) { newest_first_ = newest_first; }

    // The newest of the least important waits no longer, if it is less important than this: its
    // place is none.
    bool send_away_below(Priority priority) { return line_.send_away_below(priority, scheduler_); }

    // A place goes to whoever is next in line, or becomes free.
    void give_back() {
        assert(taken_ > 0);
        if (!line_.empty() && taken_ <= capacity_) {
            call_next();
        } else {
            hold(-1);
        }
    }

    // More places serve the line at once; fewer let the places held run out.
    void resize(std::size_t capacity) {
        capacity_ = capacity;
        while (!full() && !line_.empty()) {
            hold(1);
            call_next();
        }
    }

private:
    void call_next() {
        newest_first_ ? line_.call_newest(scheduler_) : line_.call_first(scheduler_);
    }

    void hold(int difference) {
        taken_ += static_cast<std::size_t>(difference);
        if (usage_) [[unlikely]]
            usage_->add(scheduler_.now(), difference);
    }

    Scheduler& scheduler_;
    Line line_;
    std::size_t capacity_;
    std::size_t taken_ = 0;
    bool newest_first_ = false;
    std::unique_ptr<Gauge> usage_;
};

class Slots::TakingUntil final : Event {
public:
    TakingUntil(Slots& slots, Time limit, Priority priority)
        : slots_(slots), waiter_(priority), timer_(slots.scheduler_), limit_(limit) {}
    TakingUntil(const TakingUntil&) = delete;
    TakingUntil& operator=(const TakingUntil&) = delete;
    ~TakingUntil() {
        if (slots_.line_.leave(waiter_, slots_.scheduler_)) slots_.give_back();
    }

    bool await_ready() { return slots_.try_take(); }
    void await_suspend(Wake caller) {
        caller_ = caller;
        slots_.line_.join(waiter_, caller);
        if (limit_ < kForever) timer_.start_at(limit_, static_cast<Event&>(*this));
    }
    Place await_resume() {
        Line::went(waiter_);
        timer_.stop();
        return expired_ || waiter_.was_sent_away() ? Place() : Place(slots_);
    }

private:
    // A place that was given at this very moment counts: its waiter is on the way already.
    void fire() override {
        timer_.fired();
        if (!waiter_.linked()) return;
        slots_.line_.leave(waiter_, slots_.scheduler_);
        expired_ = true;
        caller_();
    }

    Slots& slots_;
    Line::Waiter waiter_;
    Timer timer_;
    Time limit_;
    Wake caller_;
    bool expired_ = false;
};

inline Slots::TakingUntil Slots::take_until(Time limit, Priority priority) {
    return {*this, limit, priority};
}

inline void Place::give_back() {
    if (slots_ != nullptr) std::exchange(slots_, nullptr)->give_back();
}

}  // namespace sim
