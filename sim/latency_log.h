// Latencies interval by interval, to three significant digits: what an HdrHistogram log is written
// from. Of an interval that is over only the buckets in use are kept.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

class LatencyLog {
public:
    // Intervals come in order; those in between had nothing.
    void record(std::size_t interval, std::span<const Duration> latencies) {
        if (latencies.empty()) return;
        if (interval != interval_) close(interval);
        for (const Duration latency : latencies) max_ = std::max(max_, latency);
        const std::uint32_t highest = bucket_of(max_);
        if (highest >= open_.size()) make_room(highest);
        std::uint32_t* const open = open_.data();
        for (const Duration latency : latencies) {
            const std::uint32_t bucket = bucket_of(latency);
            ++open[bucket];
            first_ = std::min(first_, bucket);
        }
        last_ = std::max(last_, highest);
    }

    void record(std::size_t interval, Duration latency) {
        record(interval, std::span(&latency, 1));
    }

    // Nothing is recorded any more.
    void finish() {
        close(interval_ + 1);
        open_ = {};
    }

    // After finish(): up to the last one in which anything was recorded.
    std::size_t intervals() const { return ends_.size(); }

    // Adds what was recorded in an interval. Values come back as the highest that shares their
    // bucket, but for the largest of the interval, which is exact.
    void add_to(Histogram& histogram, std::size_t interval) const;

private:
    static constexpr std::uint32_t kNone = ~std::uint32_t{0};

    struct Count {
        std::uint32_t bucket;
        std::uint32_t count;
    };
    struct End {
        std::size_t counts;
        Duration max;
    };

    static std::uint32_t bucket_of(Duration latency) {
        return Histogram::bucket_of(static_cast<std::uint64_t>(latency.count()));
    }

    void close(std::size_t next);
    void make_room(std::uint32_t bucket);

    std::size_t interval_ = 0;         // the one under way
    std::vector<std::uint32_t> open_;  // its counts, by bucket
    std::uint32_t first_ = kNone;      // those of them in use
    std::uint32_t last_ = 0;
    Duration max_{};
    std::vector<Count> counts_;  // of all intervals that are over
    std::vector<End> ends_;      // of each of them
};

}  // namespace sim
