// What a moment wakes: a suspended coroutine, an Event object that is no coroutine, or a record.
#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>

#include "sim/record.h"

namespace sim {

// Something that happens. Derive from it where a coroutine would be too heavy.
class Event {
public:
    virtual void fire() = 0;

protected:
    Event() = default;
    ~Event() = default;
    Event(const Event&) = default;
    Event& operator=(const Event&) = default;
};

// One pointer; the lowest bits tell the kinds apart (all are at least 8-byte aligned).
class Wake {
public:
    constexpr Wake() = default;
    template <class Promise>
    Wake(std::coroutine_handle<Promise> coroutine)
        : bits_(reinterpret_cast<std::uintptr_t>(coroutine.address())) {}
    Wake(Event& event) : bits_(reinterpret_cast<std::uintptr_t>(&event) | kEvent) {}
    Wake(Record& record) : bits_(reinterpret_cast<std::uintptr_t>(&record) | kRecord) {}

    explicit operator bool() const { return bits_ != 0; }

    // Runs it, and whatever its end leads to. Everything that is woken is woken through here.
    void operator()() const {
        const Wake before = std::exchange(next_, {});
        for (Wake wake = *this; wake; wake = std::exchange(next_, {})) wake.run();
        next_ = before;
    }

    // What goes on when the coroutine that is just ending is gone.
    static void go_on_with(Wake wake) { next_ = wake; }

    bool is_record() const { return (bits_ & kRecord) != 0; }
    Record& record() const { return *reinterpret_cast<Record*>(bits_ & ~kRecord); }
    const void* address() const {
        return reinterpret_cast<const void*>(bits_ & ~(kEvent | kRecord));
    }

private:
    static constexpr std::uintptr_t kEvent = 1;
    static constexpr std::uintptr_t kRecord = 2;

    void run() const {
        if (bits_ & kEvent) {
            event().fire();
        } else if (bits_ & kRecord) {
            Records::of(record()).woken(record());
        } else {
            coroutine().resume();
        }
    }

    Event& event() const { return *reinterpret_cast<Event*>(bits_ & ~kEvent); }
    std::coroutine_handle<> coroutine() const {
        return std::coroutine_handle<>::from_address(reinterpret_cast<void*>(bits_));
    }

    std::uintptr_t bits_ = 0;

    static thread_local Wake next_;
};

inline constinit thread_local Wake Wake::next_;

}  // namespace sim
