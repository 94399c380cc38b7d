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

struct ByOutcome {
    Buckets succeeded;
    Buckets failed;
};

void add(Glance& glance, ByOutcome& ended, const NodeRecord& record, const Stretch& slices) {
    const Slice sum = sum_of(record.slices, slices.first, slices.end);
    glance.arrived += sum.arrived;
    glance.finished += sum.finished;
    glance.succeeded += sum.succeeded;
    glance.rejected += sum.rejected;
    glance.timed_out += sum.timed_out;
    const auto count = [&](const LatencySlices& latencies, Buckets& buckets) {
        latencies.for_each_bucket(
            slices.first, slices.end,
            [&](std::uint16_t bucket, std::uint32_t times) { buckets[bucket] += times; });
    };
    count(record.latencies, ended.succeeded);
    count(record.failed_after, ended.failed);
}

// The highest value of the bucket that the order statistic of this rank is in.
Duration at_rank(const Buckets& buckets, std::uint64_t rank) {
    std::uint64_t seen = 0;
    for (const auto& [bucket, times] : buckets) {
        seen += times;
        if (seen >= rank) return LatencySlices::highest_in(bucket);
    }
    return {};
}

// Failures rank after successes (latencies.h).
RankedLatency percentile(const ByOutcome& ended, const Glance& glance, double share) {
    const auto rank =
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(glance.finished)));
    if (rank <= glance.succeeded) return {at_rank(ended.succeeded, rank), false};
    return {at_rank(ended.failed, rank - glance.succeeded), true};
}

}  // namespace

Glance Recorder::glance(std::size_t first) const {
    Glance glance;
    glance.now = scheduler_.now();
    glance.end = slice_index_;
    ByOutcome ended;
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) glance.in_flight += meter.in_flight();
    }
    if (first >= slice_index_) return glance;
    glance.covered = slice_ * static_cast<std::int64_t>(slice_index_ - first);
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) add(glance, ended, meter.record(), {first, slice_index_});
    }
    glance.p50 = percentile(ended, glance, 0.5);
    glance.p99 = percentile(ended, glance, 0.99);
    return glance;
}

}  // namespace sim
