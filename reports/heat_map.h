// How many requests took how long, and when: the cells of a heat map.
#pragma once

#include <cstdint>
#include <map>

#include "reports/drawn.h"
#include "sim/latency_slices.h"

namespace reports {

// Slices of time that a run went through, the last one in part.
std::size_t slices_of(const sim::Recording& recording);

using BucketCounts = std::map<std::uint16_t, std::uint64_t>;

// Adds the latencies of the slices from `first` up to, without, `end`.
void add_buckets(BucketCounts& counts, const sim::LatencySlices& latencies, std::size_t first,
                 std::size_t end);

// Of what users saw: at most 120 columns and 40 rows, which are equally wide on a logarithmic axis.
HeatMap heat_map_of(const sim::Recording& recording);

}  // namespace reports
