// Latencies slice by slice: what percentiles over time and a heat map are drawn from.
//
// The layout is the Histogram's with five bits less: 32 buckets in each doubling, so a value drawn
// from here is off by at most 3 %. Only buckets in use are kept of a slice that is over, which is
// some hundred bytes for most.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

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

    // Slices come in order; those in between had nothing.
    void record(std::size_t slice, std::span<const Duration> latencies) {
        if (slice != slice_) close(slice);
        if (open_.empty()) open_.resize(kBuckets);
        for (const Duration latency : latencies) {
            const std::uint16_t bucket = bucket_of(static_cast<std::uint64_t>(latency.count()));
            ++open_[bucket];
            first_ = std::min(first_, bucket);
            last_ = std::max(last_, bucket);
        }
    }

    void record(std::size_t slice, Duration latency) { record(slice, std::span(&latency, 1)); }

    // Nothing is recorded any more.
    void finish() {
        close(slice_ + 1);
        open_ = {};
    }

    // The buckets in use of a slice, in order of value; of the one under way, those so far.
    template <class Visit>
    void for_each_bucket(std::size_t slice, Visit visit) const {
        if (slice == slice_ && !open_.empty()) {
            for (std::uint32_t bucket = first_; bucket <= last_; ++bucket) {
                if (open_[bucket] > 0) visit(static_cast<std::uint16_t>(bucket), open_[bucket]);
            }
        }
        if (slice >= ends_.size()) return;
        for (std::size_t i = slice == 0 ? 0 : ends_[slice - 1]; i < ends_[slice]; ++i) {
            visit(counts_[i].bucket, counts_[i].count);
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
    void close(std::size_t next);

    std::size_t slice_ = 0;            // the one under way
    std::vector<std::uint32_t> open_;  // its counts, by bucket
    std::uint16_t first_ = kBuckets;   // those of them in use
    std::uint16_t last_ = 0;
    std::vector<Count> counts_;      // of all slices that are over
    std::vector<std::size_t> ends_;  // of each of them
};

}  // namespace sim
