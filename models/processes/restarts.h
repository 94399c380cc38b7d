// How long a process that keeps dying waits for its next start, whatever it dies of:
// CrashLoopBackOff.
//
// As kubelet: the first restart comes at once, the second after 10 s, then 20 s, 40 s, up to 5 min;
// ten minutes without one, and it begins anew.
#pragma once

#include <algorithm>
#include <chrono>

#include "sim/time.h"

namespace models {

class Restarts {
public:
    Restarts() = default;
    Restarts(sim::Duration first, sim::Duration limit) : first_(first), limit_(limit) {}

    // The process has just died.
    sim::Duration wait(sim::Time now) {
        if (now - last_start_ >= kForgotten) next_ = sim::Duration::zero();
        const sim::Duration wait = std::min(next_, limit_);
        next_ = next_ == sim::Duration::zero() ? first_ : std::min(2 * next_, limit_);
        last_start_ = now + wait;
        return wait;
    }

private:
    static constexpr sim::Duration kForgotten = std::chrono::minutes(10);

    sim::Duration first_{};
    sim::Duration limit_{};
    sim::Duration next_{};
    sim::Time last_start_{-kForgotten};
};

}  // namespace models
