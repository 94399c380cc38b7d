#include "reports/time_window.h"

#include <algorithm>
#include <cmath>

namespace reports {

namespace {

std::uint64_t count_of(const BucketCounts& counts) {
    std::uint64_t count = 0;
    for (const auto& [bucket, n] : counts) count += n;
    return count;
}

sim::Duration at_rank(const BucketCounts& counts, std::uint64_t rank) {
    std::uint64_t seen = 0;
    for (const auto& [bucket, n] : counts) {
        seen += n;
        if (seen >= rank) return sim::LatencySlices::highest_in(bucket);
    }
    return {};
}

void merge_counts(BucketCounts& sum, const BucketCounts& more) {
    for (const auto& [bucket, n] : more) sum[bucket] += n;
}

}  // namespace

void WindowFigures::add(const sim::Recording& recording, const sim::NodeRecord& node,
                        const TimeWindow& window) {
    if (recording.slice <= sim::Duration::zero()) return;
    const double slice_s = sim::seconds(recording.slice);
    const double end_s = std::min(window.end_s, sim::seconds(recording.simulated));
    const auto first = static_cast<std::size_t>(std::llround(window.begin_s / slice_s));
    // What happens at the very end of the run is in a slice of no length.
    const bool is_to_the_end = end_s >= sim::seconds(recording.simulated);
    const std::size_t end = is_to_the_end ? slices_of(recording) + 1
                                          : static_cast<std::size_t>(std::llround(end_s / slice_s));
    node.slices.for_each(first, end, [&](std::size_t, const sim::Slice& slice) {
        arrived += slice.arrived;
        finished += slice.finished;
        succeeded += slice.succeeded;
        rejected += slice.rejected;
        timed_out += slice.timed_out;
    });
    add_buckets(latency, node.latencies, first, end);
    add_buckets(failed_after, node.failed_after, first, end);
    length_s += std::max(0.0, end_s - window.begin_s);
}

void WindowFigures::add_other(const WindowFigures& other) {
    arrived += other.arrived;
    finished += other.finished;
    succeeded += other.succeeded;
    rejected += other.rejected;
    timed_out += other.timed_out;
    merge_counts(latency, other.latency);
    merge_counts(failed_after, other.failed_after);
    length_s = other.length_s;
}

sim::RankedLatency WindowFigures::percentile(double percent) const {
    const std::uint64_t rank = sim::Histogram::rank_of(percent, finished);
    if (rank <= succeeded) return {at_rank(latency, rank), false};
    return {at_rank(failed_after, rank - succeeded), true};
}

sim::Duration percentile_among(const BucketCounts& counts, double percent) {
    return at_rank(counts, sim::Histogram::rank_of(percent, count_of(counts)));
}

}  // namespace reports
