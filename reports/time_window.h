// Figures of a part of a run: "availability during 6min..8min", "p(99) after 10min".
//
// A window is made of whole slices of the run's time, and what counts in it is what happened in
// them: requests that arrived, and requests that ended, whenever they began. Latencies are those of
// the slices (sim/latency_slices.h), at most 3 % too high, and of users only.
#pragma once

#include <compare>
#include <limits>
#include <vector>

#include "reports/heat_map.h"
#include "sim/recording.h"

namespace reports {

// In seconds since the run began, warm-up included.
struct TimeWindow {
    double begin_s = 0;
    double end_s = std::numeric_limits<double>::infinity();  // that of the run

    auto operator<=>(const TimeWindow&) const = default;
};

// What happened in it at a node, or to all users; replications are added up.
struct WindowFigures {
    std::uint64_t arrived = 0;
    std::uint64_t finished = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t rejected = 0;
    std::uint64_t timed_out = 0;
    BucketCounts latency;       // of what succeeded
    BucketCounts failed_after;  // and of what did not
    double length_s = 0;        // in all replications

    void add(const sim::Recording& recording, const sim::NodeRecord& node,
             const TimeWindow& window);
    // Of the same time: other nodes.
    void add_other(const WindowFigures& other);

    std::uint64_t failed() const { return finished - succeeded - rejected - timed_out; }
    // Failures rank after successes (sim/latencies.h).
    sim::RankedLatency percentile(double percent) const;
};

// The order statistic at this percentile of these alone.
sim::Duration percentile_among(const BucketCounts& counts, double percent);

}  // namespace reports
