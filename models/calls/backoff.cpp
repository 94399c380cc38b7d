#include "models/calls/backoff.h"

#include <algorithm>

namespace models {

namespace {

constexpr sim::Duration kMillisecond = std::chrono::milliseconds(1);

// resilience4j keeps waits in whole milliseconds and cuts off what a multiplication leaves over
// (IntervalFunction.ofExponentialBackoff); so do we, unless the scenario asks for finer ones.
sim::Duration multiplied(sim::Duration wait, double multiplier) {
    const sim::Duration product = sim::from_seconds(sim::seconds(wait) * multiplier);
    if (wait % kMillisecond != sim::Duration::zero()) return product;
    // The double is a hair off the decimal product: 200 ms times 1.5 is 300 ms, not 299.
    return (product + std::chrono::nanoseconds(1)) / kMillisecond * kMillisecond;
}

sim::Duration part(sim::Duration wait, double share) {
    return sim::from_seconds(sim::seconds(wait) * share);
}

}  // namespace

void Backoff::grow(const BackoffSpec& spec) {
    if (waits_++ == 0) {
        wait_ = spec.wait_duration;
    } else if (spec.growth == Growth::exponential && wait_ < spec.max_wait_duration) {
        wait_ = multiplied(wait_, spec.multiplier);
    }
}

sim::Duration Backoff::next(const BackoffSpec& spec) {
    // sleep = min(cap, uniform(base, 3 * sleep)), from sleep = base.
    if (spec.jitter == Jitter::decorrelated) {
        const sim::Duration base = spec.wait_duration;
        const sim::Duration last = std::min(waits_++ == 0 ? base : wait_, spec.max_wait_duration);
        wait_ = std::min(base + part(last * 3 - base, draws_.uniform()), spec.max_wait_duration);
        return wait_;
    }
    grow(spec);
    const sim::Duration wait = std::min(wait_, spec.max_wait_duration);
    switch (spec.jitter) {
        case Jitter::full:
            return part(wait, draws_.uniform());
        case Jitter::equal:
            return wait / 2 + part(wait / 2, draws_.uniform());
        case Jitter::randomized: {
            const double spread = spec.randomization_factor.value;
            return part(wait, 1 + spread * (2 * draws_.uniform() - 1));
        }
        case Jitter::none:
        case Jitter::decorrelated:
            break;
    }
    return wait;
}

}  // namespace models
