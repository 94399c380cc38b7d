// Counters as a scraper reads them: what was counted up to each of some moments.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/slices.h"

namespace sim {

// `ends` are the slices that were over at each moment, in order; `value(slice)` is what one
// counted.
template <class Value>
std::vector<double> cumulated(const Slices& slices, const std::vector<std::size_t>& ends,
                              Value value) {
    std::vector<double> sums;
    sums.reserve(ends.size());
    double sum = 0;
    std::size_t first = 0;
    for (const std::size_t end : ends) {
        slices.for_each(first, end, [&](std::size_t, const Slice& slice) {
            sum += static_cast<double>(value(slice));
        });
        sums.push_back(sum);
        first = end;
    }
    return sums;
}

// The same of a number a slice.
inline std::vector<double> cumulated(const std::vector<std::uint32_t>& counts,
                                     const std::vector<std::size_t>& ends) {
    std::vector<double> sums;
    sums.reserve(ends.size());
    double sum = 0;
    std::size_t slice = 0;
    for (const std::size_t end : ends) {
        for (; slice < std::min(end, counts.size()); ++slice) sum += counts[slice];
        sums.push_back(sum);
    }
    return sums;
}

}  // namespace sim
