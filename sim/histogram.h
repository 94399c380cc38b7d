// Latencies in log-linear buckets: any percentile to three significant digits, in bounded memory.
//
// The layout is HdrHistogram's (Gil Tene) for a lowest value of 1 ns and 3 digits: values below
// 2048 ns have a bucket each, and every further doubling is cut into 1024 buckets. Only the part
// between the smallest and the largest value seen is stored, so an empty histogram is a few words
// and one of latencies from 1 to 10 ms is 32 kB. As long as few values have been recorded only the
// buckets in use are, as a system may have thousands of nodes of which most have little to do.
#pragma once

#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/time.h"
#include "sim/uint128.h"

namespace sim {

class Histogram {
public:
    // Values of one bucket.
    struct Count {
        std::uint32_t bucket;
        std::uint32_t count;
        bool operator==(const Count&) const = default;
    };
    // Values that were counted elsewhere, by bucket in order.
    struct Batch {
        std::vector<Count> counts;
        std::uint64_t count = 0;
        Uint128 sum = 0;  // of nanoseconds
        std::uint64_t min = ~std::uint64_t{0};
        std::uint64_t max = 0;
    };

    // The value may not be negative.
    void record(Duration value) { record_n(value, 1); }

    void record_n(Duration value, std::uint64_t times) {
        assert(value.count() >= 0);
        if (times == 0) return;
        const auto nanoseconds = static_cast<std::uint64_t>(value.count());
        count_up(bucket_of(nanoseconds), times);
        count_ += times;
        sum_ += static_cast<Uint128>(nanoseconds) * times;
        if (nanoseconds < min_) min_ = nanoseconds;
        if (nanoseconds > max_) max_ = nanoseconds;
    }

    void record(const Batch& batch);

    // As if everything the other one recorded had been recorded here.
    void merge(const Histogram& other);

    std::uint64_t count() const { return count_; }
    bool empty() const { return count_ == 0; }

    // Exact, not rounded to buckets; zero when empty.
    Duration min() const { return Duration(empty() ? 0 : static_cast<std::int64_t>(min_)); }
    Duration max() const { return Duration(static_cast<std::int64_t>(max_)); }
    Uint128 sum_nanoseconds() const { return sum_; }
    double mean_seconds() const;
    Duration mean() const;  // to the nearest nanosecond

    // The largest value that shares a bucket with the order statistic at this percentile, 0 to 100:
    // HdrHistogram's getValueAtPercentile, except that it is min() at 0 and never above max(), so
    // that constant latencies read as what they were. Zero when empty.
    Duration percentile(double percent) const;

    // Which one of so many that is, counted from 1 in order of value; 0 when there are none.
    static std::uint64_t rank_of(double percent, std::uint64_t count);
    // The largest value that shares a bucket with the one of this rank; zero when empty.
    Duration at_rank(std::uint64_t rank) const;

    // How many recorded values lie in the buckets up to the one of this value.
    std::uint64_t count_up_to(Duration value) const;

    // visit(lowest, highest, count) for each bucket in use, in order of value.
    template <class Visit>
    void for_each_bucket(Visit visit) const {
        walk([&](std::uint32_t bucket, std::uint64_t count) {
            visit(lowest_in(bucket), highest_in(bucket), count);
            return true;
        });
    }

    // Equal when the same buckets hold the same counts, with the same sum, minimum and maximum.
    bool operator==(const Histogram& other) const;

    // The bucket's number counts from 0 at value 0 without gaps (HdrHistogram's counts index).
    static constexpr std::uint32_t bucket_of(std::uint64_t nanoseconds) {
        const auto shift = static_cast<std::uint32_t>(53 - std::countl_zero(nanoseconds | 2047));
        return (shift << 10) + static_cast<std::uint32_t>(nanoseconds >> shift);
    }
    static constexpr Duration lowest_in(std::uint32_t bucket) {
        const std::uint32_t shift = bucket < 2048 ? 0 : (bucket >> 10) - 1;
        return Duration(static_cast<std::int64_t>(std::uint64_t{bucket - (shift << 10)} << shift));
    }
    static constexpr Duration highest_in(std::uint32_t bucket) {
        const std::uint32_t shift = bucket < 2048 ? 0 : (bucket >> 10) - 1;
        const std::uint64_t next = std::uint64_t{bucket - (shift << 10)} + 1;
        return Duration(static_cast<std::int64_t>((next << shift) - 1));
    }

private:
    struct Few {
        std::uint32_t bucket;
        std::uint64_t count;
    };

    void count_up(std::uint32_t bucket, std::uint64_t times) {
        if (bucket - first_ < counts_.size()) [[likely]] {
            counts_[bucket - first_] += times;
        } else {
            count_up_outside(bucket, times);
        }
    }
    void count_up_outside(std::uint32_t bucket, std::uint64_t times);
    void make_room(std::uint32_t first, std::uint32_t last);
    void spread();

    // visit(bucket, count) for each bucket in use, in order, as long as it returns true.
    template <class Visit>
    void walk(Visit visit) const {
        for (const Few& each : few_) {
            if (!visit(each.bucket, each.count)) return;
        }
        for (std::size_t i = 0; i < counts_.size(); ++i) {
            if (counts_[i] == 0) continue;
            if (!visit(first_ + static_cast<std::uint32_t>(i), counts_[i])) return;
        }
    }

    std::vector<Few> few_;               // buckets in use, in order; as long as counts_ is empty
    std::vector<std::uint64_t> counts_;  // of buckets first_, first_ + 1, ...
    std::uint32_t first_ = 0;
    std::uint64_t count_ = 0;
    Uint128 sum_ = 0;
    std::uint64_t min_ = ~std::uint64_t{0};
    std::uint64_t max_ = 0;
};

}  // namespace sim
