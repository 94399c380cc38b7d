#include "sim/series_values.h"

#include <algorithm>
#include <bit>

namespace sim {

void SeriesValues::add(double value, std::size_t slices) {
    if (slices == 0) return;
    const auto end = static_cast<std::uint32_t>(size() + slices);
    const auto bits = [](double number) { return std::bit_cast<std::uint64_t>(number); };
    if (!runs_.empty() && bits(runs_.back()) == bits(value)) {
        ends_.back() = end;
        return;
    }
    runs_.push_back(value);
    ends_.push_back(end);
}

std::size_t SeriesValues::run_of(std::size_t slice) const {
    return static_cast<std::size_t>(std::ranges::upper_bound(ends_, slice) - ends_.begin());
}

double SeriesValues::sum(std::size_t first, std::size_t end) const {
    end = std::min(end, size());
    double sum = 0;
    if (first >= end) return sum;
    for (std::size_t run = run_of(first); first < end; ++run) {
        for (; first < std::min<std::size_t>(end, ends_[run]); ++first) sum += runs_[run];
    }
    return sum;
}

std::optional<std::size_t> SeriesValues::next_change(std::size_t slice) const {
    if (slice == 0 && !empty()) return 0;
    const auto change = std::ranges::lower_bound(ends_, slice);
    if (change == ends_.end()) return std::nullopt;
    return *change;
}

}  // namespace sim
