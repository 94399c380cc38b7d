#include "models/concurrency/vegas.h"

#include <algorithm>
#include <cmath>

namespace models {

namespace {

// As Log10RootFunction.java: whole, and at least 1.
double growth_of(double limit) {
    double growth = 1;
    for (double power = 100; power <= std::floor(limit); power *= 10) ++growth;
    return growth;
}

}  // namespace

bool Vegas::is_time_to_probe() {
    const double calls = jitter_ * spec_.probe_multiplier * estimate_;
    if (static_cast<double>(++since_probe_) < calls) return false;
    since_probe_ = 0;
    jitter_ = 0.5 + 0.5 * draws_.uniform();
    return true;
}

void Vegas::add(const CallSample& sample) {
    const double took = std::max(1.0, static_cast<double>(sample.took.count()));
    if (is_time_to_probe() || shortest_ == 0 || took < shortest_) {
        shortest_ = took;
        return;
    }
    const double next = std::clamp<double>(next_estimate(took, sample), 1, spec_.max_limit);
    estimate_ = (1 - spec_.smoothing) * estimate_ + spec_.smoothing * next;
}

double Vegas::next_estimate(double took, const CallSample& sample) const {
    const double growth = growth_of(estimate_);
    if (sample.dropped) return estimate_ - growth;
    if (2.0 * sample.in_flight < estimate_) return estimate_;
    const double queue = std::ceil(estimate_ * (1 - shortest_ / took));
    if (queue <= growth) return estimate_ + 6 * growth;
    if (queue < 3 * growth) return estimate_ + growth;
    if (queue > 6 * growth) return estimate_ - growth;
    return estimate_;
}

}  // namespace models
