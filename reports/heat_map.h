// How many requests took how long, and when: the cells of a heat map.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "sim/latency_slices.h"
#include "sim/recording.h"

namespace reports {

// Slices of time that a run went through, the last one in part.
std::size_t slices_of(const sim::Recording& recording);

using BucketCounts = std::map<std::uint16_t, std::uint64_t>;

// Adds the latencies of the slices from `first` up to, without, `end`.
void add_buckets(BucketCounts& counts, const sim::LatencySlices& latencies, std::size_t first,
                 std::size_t end);

// In each column of time and row of latency.
struct HeatMap {
    double column_s = 0;
    std::vector<double> rows_s;  // where each begins, and where the last one ends
    struct Cell {
        std::uint32_t column;
        std::uint32_t row;
        std::uint64_t count;
    };
    std::vector<Cell> cells;  // that are not empty
};

// Of what users saw: at most 120 columns and 40 rows, which are equally wide on a logarithmic axis.
HeatMap heat_map_of(const sim::Recording& recording);

}  // namespace reports
