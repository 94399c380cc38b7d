// Latencies slice by slice: what percentiles over time and a heat map are drawn from.
//
// The layout is the Histogram's with five bits less: 32 buckets in each doubling, so a value drawn
// from here is off by at most 3 %. Only buckets in use are kept, and only slices in which there are
// any, which is some hundred bytes for most.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <vector>

#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

class LatencySlices {
public:
    struct Count {
        std::uint16_t bucket;
        std::uint32_t count;
        bool operator==(const Count&) const = default;
    };
    static constexpr std::size_t kBuckets = 58 * 32 + 64;

    // Slices come in order, and may come several times; those in between had nothing.
    void record(std::size_t slice, const std::vector<Histogram::Count>& counts);

    // visit(bucket, count) for the buckets in use of slices from `first` up to, without, `end`, in
    // order of time, and of value where a slice was recorded at once.
    template <class Visit>
    void for_each_bucket(std::size_t first, std::size_t end, Visit visit) const {
        const auto from = std::ranges::lower_bound(kept_, first, {}, &Kept::slice);
        std::size_t next = from == kept_.begin() ? 0 : std::prev(from)->end;
        for (auto kept = from; kept != kept_.end() && kept->slice < end; ++kept) {
            for (; next < kept->end; ++next) visit(counts_[next].bucket, counts_[next].count);
        }
    }

    static constexpr std::uint16_t bucket_of(std::uint64_t nanoseconds) {
        const auto shift = static_cast<std::uint32_t>(58 - std::countl_zero(nanoseconds | 63));
        return static_cast<std::uint16_t>((shift << 5) + (nanoseconds >> shift));
    }
    static constexpr Duration lowest_in(std::uint16_t bucket) {
        const std::uint32_t shift = bucket < 64 ? 0 : (bucket >> 5) - 1;
        return Duration(static_cast<std::int64_t>(std::uint64_t{bucket - (shift << 5)} << shift));
    }
    static constexpr Duration highest_in(std::uint16_t bucket) {
        const std::uint32_t shift = bucket < 64 ? 0 : (bucket >> 5) - 1;
        const std::uint64_t next = std::uint64_t{bucket - (shift << 5)} + 1;
        return Duration(static_cast<std::int64_t>((next << shift) - 1));
    }

private:
    struct Kept {
        std::uint32_t slice;
        std::uint32_t end;  // one past the last of its counts
    };

    std::vector<Count> counts_;
    std::vector<Kept> kept_;
};

}  // namespace sim
