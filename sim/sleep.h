// co_await sleep(scheduler, 20ms);
#pragma once

#include <coroutine>

#include "sim/timer.h"

namespace sim {

class Sleep {
public:
    Sleep(Scheduler& scheduler, Time until) : timer_(scheduler), until_(until) {}

    bool await_ready() const { return until_ <= timer_.scheduler().now(); }
    void await_suspend(Wake sleeper) { timer_.start_at(until_, sleeper); }
    void await_resume() { timer_.fired(); }

private:
    Timer timer_;
    Time until_;
};

inline Sleep sleep_until(Scheduler& scheduler, Time until) {
    return {scheduler, until};
}

// Not positive: no wait at all.
inline Sleep sleep(Scheduler& scheduler, Duration delay) {
    const Time now = scheduler.now();
    return {scheduler, delay > kForever - now ? kForever : now + delay};
}

}  // namespace sim
