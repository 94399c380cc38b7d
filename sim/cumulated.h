// Counters as a scraper reads them: what was counted up to each of some moments.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace sim {

// `ends` are the slices that were over at each moment, in order; `value(slice)` is what one
// counted, for slices up to, without, `slices`.
template <class Value>
std::vector<double> cumulated(std::size_t slices, const std::vector<std::size_t>& ends,
                              Value value) {
    std::vector<double> sums;
    sums.reserve(ends.size());
    double sum = 0;
    std::size_t slice = 0;
    for (const std::size_t end : ends) {
        for (; slice < std::min(end, slices); ++slice) sum += static_cast<double>(value(slice));
        sums.push_back(sum);
    }
    return sums;
}

}  // namespace sim
