#include "sim/glance.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/recorder.h"
#include "sim/slices.h"

namespace sim {

namespace {
struct Stretch {
    std::size_t first;
    std::size_t end;
};

using Buckets = std::map<std::uint16_t, std::uint64_t>;

void add(Glance& glance, Buckets& buckets, const NodeRecord& record, const Stretch& slices) {
    const Slice sum = sum_of(record.slices, slices.first, slices.end);
    glance.arrived += sum.arrived;
    glance.finished += sum.finished;
    glance.succeeded += sum.succeeded;
    glance.rejected += sum.rejected;
    glance.timed_out += sum.timed_out;
    record.latencies.for_each_bucket(
        slices.first, slices.end,
        [&](std::uint16_t bucket, std::uint32_t count) { buckets[bucket] += count; });
}

// The order statistic at this share; the highest value of its bucket.
Duration percentile(const Buckets& buckets, std::uint64_t count, double share) {
    const auto rank = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count)));
    std::uint64_t seen = 0;
    for (const auto& [bucket, times] : buckets) {
        seen += times;
        if (seen >= rank) return LatencySlices::highest_in(bucket);
    }
    return {};
}

}  // namespace

Glance Recorder::glance(std::size_t first) const {
    Glance glance;
    glance.now = scheduler_.now();
    glance.end = slice_index_;
    Buckets buckets;
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) glance.in_flight += meter.in_flight();
    }
    if (first >= slice_index_) return glance;
    glance.covered = slice_ * static_cast<std::int64_t>(slice_index_ - first);
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) add(glance, buckets, meter.record(), {first, slice_index_});
    }
    glance.p50 = percentile(buckets, glance.finished, 0.5);
    glance.p99 = percentile(buckets, glance.finished, 0.99);
    return glance;
}

}  // namespace sim
