#include "sim/slices.h"

#include <algorithm>

namespace sim {

void add(Slice& sum, const Slice& more) {
    sum.arrived += more.arrived;
    sum.finished += more.finished;
    sum.succeeded += more.succeeded;
    sum.rejected += more.rejected;
    sum.timed_out += more.timed_out;
    sum.slowest_us = std::max(sum.slowest_us, more.slowest_us);
    sum.latency_sum_s += more.latency_sum_s;
    for (std::size_t i = 0; i < kLatencySteps; ++i) sum.by_latency[i] += more.by_latency[i];
}

Slice sum_of(const std::vector<Slice>& slices, std::size_t first, std::size_t end) {
    Slice sum;
    for (std::size_t i = first; i < std::min(end, slices.size()); ++i) add(sum, slices[i]);
    return sum;
}

}  // namespace sim
