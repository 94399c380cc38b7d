// Latencies interval by interval, to three significant digits: what an HdrHistogram log is written
// from. Only buckets in use are kept, and only intervals in which there are any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/histogram.h"
#include "sim/time.h"

namespace sim {

class LatencyLog {
public:
    // Intervals come in order, and may come several times; those in between had nothing.
    void record(std::size_t interval, const Histogram::Batch& batch);

    // Nothing is recorded any more.
    void finish() { close(); }

    // After finish(): up to the last one in which anything was recorded.
    std::size_t intervals() const { return kept_.empty() ? 0 : kept_.back().interval + 1; }

    // Adds what was recorded in an interval. Values come back as the highest that shares their
    // bucket, but for the largest of the interval, which is exact.
    void add_to(Histogram& histogram, std::size_t interval) const;

private:
    struct Kept {
        std::size_t interval;
        std::size_t end;  // one past the last of its counts
        Duration max;
    };

    void close();

    std::size_t interval_ = 0;                // the one under way
    std::vector<Histogram::Count> open_;      // its buckets in use, in order
    std::vector<Histogram::Count> combined_;  // for what it and a batch are together
    Duration max_{};
    std::vector<Histogram::Count> counts_;  // of all intervals that are over
    std::vector<Kept> kept_;
};

}  // namespace sim
