// What a moment wakes: a suspended coroutine, or an Event object that is no coroutine.
#pragma once

#include <coroutine>
#include <cstdint>
#include <utility>

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

// One pointer; the lowest bit tells the two kinds apart (both are at least 8-byte aligned).
class Wake {
public:
    constexpr Wake() = default;
    Wake(std::coroutine_handle<> coroutine)
        : bits_(reinterpret_cast<std::uintptr_t>(coroutine.address())) {}
    Wake(Event& event) : bits_(reinterpret_cast<std::uintptr_t>(&event) | kEvent) {}

    explicit operator bool() const { return bits_ != 0; }

    // Runs it, and whatever its end leads to. Everything that is woken is woken through here.
    void operator()() const {
        const Wake before = std::exchange(next_, {});
        for (Wake wake = *this; wake; wake = std::exchange(next_, {})) wake.run();
        next_ = before;
    }

    // What goes on when the coroutine that is just ending is gone.
    static void go_on_with(Wake wake) { next_ = wake; }

    const void* address() const { return reinterpret_cast<const void*>(bits_ & ~kEvent); }

private:
    static constexpr std::uintptr_t kEvent = 1;

    void run() const {
        if (bits_ & kEvent) {
            event().fire();
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
