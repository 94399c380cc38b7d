// The state machine of a circuit breaker, as resilience4j has it (CircuitBreakerStateMachine, 2.3).
//
// CLOSED counts results in a window and opens when the share of failures, or of slow calls, reaches
// its threshold. OPEN refuses until the wait is over and then, with the first call that comes,
// turns HALF_OPEN, where a budget of calls decides: close, or open again. What a call in flight
// brings home counts in whatever state the breaker then is.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "sim/time.h"

namespace models {

enum class WindowType { count_based, time_based };

struct BreakerSettings {
    double failure_rate_threshold = 0.5;
    double slow_call_rate_threshold = 1;
    sim::Duration slow_call_duration_threshold{};
    std::uint32_t permitted_in_half_open = 10;
    sim::Duration max_wait_in_half_open{};  // 0: for ever
    WindowType window_type = WindowType::count_based;
    std::uint32_t window_size = 100;  // calls, or seconds
    std::uint32_t minimum_calls = 100;
    sim::Duration wait_in_open{};
    bool opens_half_by_itself = false;
};

// The results of the last so many calls, or of the last so many whole seconds.
class CallWindow {
public:
    struct Counts {
        std::uint64_t calls = 0;
        std::uint64_t failed = 0;
        std::uint64_t slow = 0;
    };

    CallWindow(WindowType type, std::uint32_t size) : type_(type), size_(size) {}

    void record(sim::Time now, bool failed, bool slow);
    const Counts& counts(sim::Time now);

private:
    struct Bucket {
        std::int64_t second = 0;
        Counts counts;
    };
    void remove_first();

    WindowType type_;
    std::uint32_t size_;
    Counts sum_;
    std::deque<Bucket> buckets_;  // a call each, or a second each
};

class Breaker {
public:
    enum class State { closed, open, half_open };

    explicit Breaker(const BreakerSettings& settings);

    State state() const { return state_; }

    // May a call go through? Says so for one call, which is then recorded or released.
    bool try_acquire(sim::Time now);
    void record(sim::Time now, sim::Duration took, bool failed);
    void release();
    void reset();

    // When it will change without any call, if ever; then `tick` is due.
    std::optional<sim::Time> next_change() const;
    void tick(sim::Time now);

    // Shares of the window; -1 below the minimum number of calls.
    struct Rates {
        double failed = -1;
        double slow = -1;
    };
    Rates rates(sim::Time now);
    const CallWindow::Counts& counts(sim::Time now) { return window_.counts(now); }
    std::uint64_t not_permitted() const { return not_permitted_; }

private:
    void begin_window(WindowType type, std::uint32_t size);
    void close();
    void open(sim::Time now);
    void open_half(sim::Time now);

    BreakerSettings settings_;
    State state_ = State::closed;
    CallWindow window_;
    std::uint64_t minimum_calls_ = 0;
    std::uint64_t not_permitted_ = 0;  // since this window began
    std::uint64_t permits_ = 0;        // left in half-open
    sim::Time until_ = sim::kForever;  // of the wait in open, or of the longest wait in half-open
};

}  // namespace models
