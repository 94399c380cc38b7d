#include "models/concurrency/gradient2.h"

#include <algorithm>

namespace models {

namespace {

constexpr std::uint32_t kFirstFew = 10;

}  // namespace

double Gradient2::long_average_with(double took) {
    if (count_ < kFirstFew) {
        sum_ += took;
        long_average_ = sum_ / ++count_;
    } else {
        const double factor = 2.0 / (spec_.long_window + 1.0);
        long_average_ = long_average_ * (1 - factor) + took * factor;
    }
    return long_average_;
}

void Gradient2::add(const CallSample& sample) {
    const double took = std::max(1.0, static_cast<double>(sample.took.count()));
    const double usual = long_average_with(took);
    if (usual / took > 2) long_average_ *= 0.95;
    if (sample.in_flight < estimate_ / 2) return;
    const double gradient = std::clamp(spec_.rtt_tolerance * usual / took, 0.5, 1.0);
    const double next = estimate_ * gradient + spec_.queue_size;
    estimate_ = estimate_ * (1 - spec_.smoothing) + next * spec_.smoothing;
    estimate_ = std::clamp<double>(estimate_, spec_.min_limit, spec_.max_limit);
}

}  // namespace models
