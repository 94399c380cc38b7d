// Latencies of the stretch of time that is under way: each is counted in its bucket of the
// Histogram's, which is a few instructions, and when the stretch is over, all that is kept of them
// is folded from these counts: totals, steps, a heat map, a log.
//
// A list is kept of the buckets in use, so that folding costs as much as was recorded, and not as
// much as could have been. The first few latencies are kept as they are: for who has a request an
// hour that is enough, and takes no room for buckets.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/histogram.h"
#include "sim/slices.h"
#include "sim/time.h"
#include "sim/uint128.h"

namespace sim {

class OpenLatencies {
public:
    void record(Duration latency) {
        const auto nanoseconds = static_cast<std::uint64_t>(latency.count());
        sum_ += nanoseconds;
        // (Branches, as few are the least or the most: nothing is written then.)
        if (nanoseconds < min_) [[unlikely]]
            min_ = nanoseconds;
        if (nanoseconds > max_) [[unlikely]]
            max_ = nanoseconds;
        const std::uint32_t bucket = Histogram::bucket_of(nanoseconds);
        if (bucket - first_ >= room_) [[unlikely]]
            return record_outside(bucket, nanoseconds);
        // 1 is the first in its bucket; negative, what a bound of a step goes through.
        if (static_cast<std::int32_t>(++counts_[bucket - first_]) < 2) [[unlikely]]
            note(bucket, nanoseconds);
    }

    bool empty() const { return used_.empty() && few_.empty(); }

    // What was recorded, and how much of it is in each step of latency; then begins anew.
    void fold(Histogram::Batch& batch, StepCounts& steps);

    // Gives back the room for buckets. Nothing may be recorded.
    void shrink();

private:
    static constexpr std::uint32_t kHasBound = std::uint32_t{1} << 31;

    void record_outside(std::uint32_t bucket, std::uint64_t nanoseconds);
    void note(std::uint32_t bucket, std::uint64_t nanoseconds);
    void make_room(std::uint32_t first, std::uint32_t last);
    void sort_used();
    void fold_few(Histogram::Batch& batch, StepCounts& steps);
    void fold_counts(Histogram::Batch& batch, StepCounts& steps);

    std::vector<std::uint32_t> counts_;  // of buckets first_, first_ + 1, ...
    std::uint32_t first_ = 0;
    std::uint32_t room_ = 0;           // how many there are
    std::vector<std::uint32_t> used_;  // buckets that are not 0
    std::vector<std::uint64_t> few_;   // as long as there is no room for buckets
    StepCounts above_{};               // of the bucket that a bound is in: those above the bound
    Uint128 sum_ = 0;
    std::uint64_t min_ = ~std::uint64_t{0};
    std::uint64_t max_ = 0;
};

}  // namespace sim
