#include "sim/live_summary.h"

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

void add(LiveSummary& summary, ByOutcome& ended, const NodeRecord& record, const Stretch& slices) {
    const Slice sum = sum_of(record.slices, slices.first, slices.end);
    summary.arrived += sum.arrived;
    summary.finished += sum.finished;
    summary.succeeded += sum.succeeded;
    summary.rejected += sum.rejected;
    summary.timed_out += sum.timed_out;
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
RankedLatency percentile(const ByOutcome& ended, const LiveSummary& summary, double share) {
    const auto rank =
        static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(summary.finished)));
    if (rank <= summary.succeeded) return {at_rank(ended.succeeded, rank), false};
    return {at_rank(ended.failed, rank - summary.succeeded), true};
}

}  // namespace

LiveSummary Recorder::live_summary(std::size_t first) const {
    LiveSummary summary;
    summary.now = scheduler_.now();
    summary.end = slice_index_;
    ByOutcome ended;
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) summary.in_flight += meter.in_flight();
    }
    if (first >= slice_index_) return summary;
    summary.covered = slice_ * static_cast<std::int64_t>(slice_index_ - first);
    for (const Meter& meter : meters_) {
        if (meter.record().is_client) add(summary, ended, meter.record(), {first, slice_index_});
    }
    summary.p50 = percentile(ended, summary, 0.5);
    summary.p99 = percentile(ended, summary, 0.99);
    return summary;
}

}  // namespace sim
