// Latencies interval by interval, to three significant digits: what an HdrHistogram log is written
// from. Of an interval that is over only the buckets in use are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

class LatencyLog {
public:
    // Intervals come in order; those in between had nothing.
    void record(std::size_t interval, Duration latency) {
        if (interval != interval_) [[unlikely]]
            close(interval);
        open_.record(latency);
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
    struct Count {
        std::uint32_t bucket;
        std::uint32_t count;
    };
    struct End {
        std::size_t counts;
        Duration max;
    };

    void close(std::size_t next);

    std::size_t interval_ = 0;  // the one under way
    Histogram open_;
    std::vector<Count> counts_;  // of all intervals that are over
    std::vector<End> ends_;      // of each of them
};

}  // namespace sim
