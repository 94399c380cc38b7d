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

#include "sim/area.h"
#include "sim/gauge.h"
#include "sim/line.h"
#include "sim/resource.h"
#include "sim/scheduler.h"

namespace sim {

class Semaphore;

// One held place.
class Permit {
public:
    Permit() = default;
    explicit Permit(Semaphore& slots) : slots_(&slots) {}
    Permit(Permit&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Permit& operator=(Permit&& other) noexcept {
        std::swap(slots_, other.slots_);
        return *this;
    }
    ~Permit() { give_back(); }

    void give_back();
    // Whoever takes it over gives it back.
    Semaphore* release() { return std::exchange(slots_, nullptr); }
    explicit operator bool() const { return slots_ != nullptr; }

private:
    Semaphore* slots_ = nullptr;
};

class Semaphore {
public:
    Semaphore(Scheduler& scheduler, std::size_t capacity)
        : scheduler_(scheduler), capacity_(capacity) {}
    Semaphore(const Semaphore&) = delete;
    Semaphore& operator=(const Semaphore&) = delete;

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

    // How it stands, with all that was held and waited for so far.
    Use use() const {
        const Time now = scheduler_.now();
        return {static_cast<double>(capacity_),
                held_.until(now, taken_),
                waited_.until(now, noted_),
                full_.until(now, is_full_),
                times_taken_,
                times_refused_};
    }

    // As take(), but stops waiting at a time: the place is then none.
    class TakingUntil;
    TakingUntil take_until(Time limit, Priority priority = Priority::normal);

    class Taking {
    public:
        Taking(Semaphore& slots, Priority priority) : slots_(slots), waiter_(priority) {}
        Taking(const Taking&) = delete;
        Taking& operator=(const Taking&) = delete;
        ~Taking() { slots_.leave_line(waiter_); }

        bool await_ready() { return slots_.try_take(); }
        void await_suspend(Wake caller) { slots_.join_line(waiter_, caller); }
        Permit await_resume() {
            Line::went(waiter_);
            return waiter_.was_sent_away() ? Permit() : Permit(slots_);
        }

    private:
        Semaphore& slots_;
        Line::Waiter waiter_;
    };

    Taking take(Priority priority = Priority::normal) { return {*this, priority}; }

    // Nobody overtakes: while somebody waits, a place is not free.
    bool try_take() {
        if (full() || !line_.empty()) return false;
        hold(1);
        return true;
    }

    // visit(whom) for those who wait, in their order.
    template <class Visit>
    void for_each_waiting(Visit visit) const {
        line_.for_each([&](const Line::Waiter& waiter) { visit(waiter.wake()); });
    }

    // Which of equals is next from now on: the oldest, unless told otherwise.
    void serve_newest_first(bool newest_first) { newest_first_ = newest_first; }

    // Somebody wanted one, and went away without.
    void note_refused() { ++times_refused_; }

    // The newest of the least important waits no longer, if it is less important than this: its
    // place is none.
    bool send_away_below(Priority priority) {
        const bool was_sent = line_.send_away_below(priority, scheduler_);
        note_line();
        times_refused_ += was_sent;
        return was_sent;
    }

    // A place goes to whoever is next in line, or becomes free.
    void give_back() {
        assert(taken_ > 0);
        if (!line_.empty() && taken_ <= capacity_) {
            ++times_taken_;
            call_next();
        } else {
            hold(-1);
        }
    }

    // More places serve the line at once; fewer let the places held run out.
    void resize(std::size_t capacity) {
        capacity_ = capacity;
        note_full();
        while (!full() && !line_.empty()) {
            hold(1);
            call_next();
        }
    }

private:
    void call_next() {
        newest_first_ ? line_.call_newest(scheduler_) : line_.call_first(scheduler_);
        note_line();
    }

    void join_line(Line::Waiter& waiter, Wake caller) {
        line_.join(waiter, caller);
        note_line();
    }
    void leave_line(Line::Waiter& waiter) {
        const bool had_place = line_.leave(waiter, scheduler_);
        note_line();
        if (had_place) give_back();
    }

    // The line has changed.
    void note_line() {
        if (line_.size() == noted_) return;
        waited_.change(static_cast<std::int64_t>(line_.size()) - static_cast<std::int64_t>(noted_),
                       scheduler_.now());
        noted_ = line_.size();
    }
    void note_full() {
        if (full() == is_full_) return;
        is_full_ = !is_full_;
        full_.change(is_full_ ? 1 : -1, scheduler_.now());
    }

    void hold(int difference) {
        taken_ += static_cast<std::size_t>(difference);
        times_taken_ += difference > 0;
        held_.change(difference, scheduler_.now());
        note_full();
        if (usage_) [[unlikely]]
            usage_->add(scheduler_.now(), difference);
    }

    Scheduler& scheduler_;
    Line line_;
    std::size_t capacity_;
    std::size_t taken_ = 0;
    bool newest_first_ = false;
    bool is_full_ = false;
    std::size_t noted_ = 0;  // in line
    std::uint64_t times_taken_ = 0;
    std::uint64_t times_refused_ = 0;
    Area held_, waited_, full_;
    std::unique_ptr<Gauge> usage_;
};

class Semaphore::TakingUntil final : Event {
public:
    TakingUntil(Semaphore& slots, Time limit, Priority priority)
        : slots_(slots), waiter_(priority), limit_(limit) {}
    TakingUntil(const TakingUntil&) = delete;
    TakingUntil& operator=(const TakingUntil&) = delete;
    ~TakingUntil() {
        stop();
        slots_.leave_line(waiter_);
    }

    bool await_ready() { return slots_.try_take(); }
    void await_suspend(Wake caller) {
        slots_.join_line(waiter_, caller);
        const Time limit = limit_;
        if (limit == kForever) return;
        timer_ = slots_.scheduler_.at(limit, static_cast<Event&>(*this));
        state_ = State::timed;
    }
    Permit await_resume() {
        Line::went(waiter_);
        stop();
        const bool is_late = state_ == State::expired;
        return is_late || waiter_.was_sent_away() ? Permit() : Permit(slots_);
    }

private:
    // A place that was given at this very moment counts: its waiter is on the way already.
    void fire() override {
        state_ = State::untimed;
        if (!waiter_.linked()) return;
        slots_.line_.leave(waiter_, slots_.scheduler_);
        slots_.note_line();
        slots_.note_refused();
        state_ = State::expired;
        waiter_.wake()();
    }
    void stop() {
        if (state_ != State::timed) return;
        state_ = State::untimed;
        slots_.scheduler_.cancel(timer_);
    }

    enum class State : std::uint8_t { untimed, timed, expired };

    // (Where many wait, this is what there are most of: the state lies in what the waiter leaves.)
    Semaphore& slots_;
    [[no_unique_address]] Line::Waiter waiter_;
    State state_ = State::untimed;
    union {
        Time limit_;    // until it waits
        Ticket timer_;  // then, if there is one
    };
};

static_assert(sizeof(Semaphore::TakingUntil) == 56);

inline Semaphore::TakingUntil Semaphore::take_until(Time limit, Priority priority) {
    return {*this, limit, priority};
}

inline void Permit::give_back() {
    if (slots_ != nullptr) std::exchange(slots_, nullptr)->give_back();
}

}  // namespace sim
