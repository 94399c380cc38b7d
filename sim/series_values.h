// A number in each slice of time, kept as its runs of equal values: what seldom changes costs as
// much as its changes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <vector>

namespace sim {

class SeriesValues {
public:
    SeriesValues() = default;
    SeriesValues(std::initializer_list<double> values) {
        for (const double value : values) add(value);
    }

    // Of so many more slices.
    void add(double value, std::size_t slices = 1);

    std::size_t size() const { return runs_.empty() ? 0 : ends_.back(); }
    bool empty() const { return runs_.empty(); }
    double operator[](std::size_t slice) const { return runs_[run_of(slice)]; }

    // Of those from `first` up to, without, `end`, added up one after another, as far as there are
    // any.
    double sum(std::size_t first, std::size_t end) const;

    // The first slice from here on whose value is not that of the slice before it: so is the very
    // first, and the one in which the series is over. None when nothing changes any more.
    std::optional<std::size_t> next_change(std::size_t slice) const;

    bool operator==(const SeriesValues&) const = default;

private:
    std::size_t run_of(std::size_t slice) const;

    std::vector<double> runs_;
    std::vector<std::uint32_t> ends_;  // of each: one past its last slice
};

}  // namespace sim
