// A number of places that can be held: threads, connections, permits.
//
//     auto place = co_await slots.take();   // given back when `place` goes out of scope
#pragma once

#include <cassert>
#include <coroutine>
#include <cstddef>
#include <utility>

#include "sim/line.h"

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

    class Taking {
    public:
        Taking(Slots& slots, Priority priority) : slots_(slots), waiter_(priority) {}
        Taking(const Taking&) = delete;
        Taking& operator=(const Taking&) = delete;
        ~Taking() {
            if (slots_.line_.leave(waiter_, slots_.scheduler_)) slots_.give_back();
        }

        bool await_ready() { return slots_.try_take(); }
        void await_suspend(std::coroutine_handle<> caller) { slots_.line_.join(waiter_, caller); }
        Place await_resume() {
            Line::went(waiter_);
            return Place(slots_);
        }

    private:
        Slots& slots_;
        Line::Waiter waiter_;
    };

    Taking take(Priority priority = Priority::normal) { return {*this, priority}; }

    // Nobody overtakes: while somebody waits, a place is not free.
    bool try_take() {
        if (full() || !line_.empty()) return false;
        ++taken_;
        return true;
    }

    // A place goes to whoever is first in line, or becomes free.
    void give_back() {
        assert(taken_ > 0);
        if (!line_.empty() && taken_ <= capacity_) {
            line_.call_first(scheduler_);
        } else {
            --taken_;
        }
    }

    // More places serve the line at once; fewer let the places held run out.
    void resize(std::size_t capacity) {
        capacity_ = capacity;
        while (!full() && !line_.empty()) {
            ++taken_;
            line_.call_first(scheduler_);
        }
    }

private:
    Scheduler& scheduler_;
    Line line_;
    std::size_t capacity_;
    std::size_t taken_ = 0;
};

inline void Place::give_back() {
    if (slots_ != nullptr) std::exchange(slots_, nullptr)->give_back();
}

}  // namespace sim
