#include "sim/open_latencies.h"

#include <algorithm>
#include <array>

namespace sim {

namespace {

constexpr std::size_t kFew = 64;

std::size_t step_of(std::uint64_t nanoseconds) {
    return latency_step_of(Duration(static_cast<std::int64_t>(nanoseconds)));
}

// The buckets that bounds are in. What is below one of them is not above its bound.
constexpr auto kBoundBuckets = [] {
    std::array<std::uint32_t, kLatencyBoundsUs.size()> buckets{};
    for (std::size_t step = 0; step < buckets.size(); ++step) {
        buckets[step] =
            Histogram::bucket_of(static_cast<std::uint64_t>(kLatencyBoundsUs[step]) * 1000);
    }
    return buckets;
}();

std::size_t lowest_step_of(std::uint32_t bucket) {
    return static_cast<std::size_t>(std::ranges::lower_bound(kBoundBuckets, bucket) -
                                    kBoundBuckets.begin());
}

bool has_bound(std::uint32_t bucket, std::size_t step) {
    return step < kBoundBuckets.size() && kBoundBuckets[step] == bucket;
}

}  // namespace

void OpenLatencies::record_outside(std::uint32_t bucket, std::uint64_t nanoseconds) {
    if (counts_.empty()) {
        few_.push_back(nanoseconds);
        if (few_.size() < kFew) return;
        const auto [least, most] = std::ranges::minmax(few_);
        make_room(Histogram::bucket_of(least), Histogram::bucket_of(most));
        for (const std::uint64_t each : few_) {
            const std::uint32_t its = Histogram::bucket_of(each);
            if (static_cast<std::int32_t>(++counts_[its - first_]) < 2) note(its, each);
        }
        few_ = {};
        return;
    }
    make_room(bucket, bucket);
    ++counts_[bucket - first_];
    note(bucket, nanoseconds);
}

// Of a bucket that a bound goes through it is told apart what is above the bound.
void OpenLatencies::note(std::uint32_t bucket, std::uint64_t nanoseconds) {
    std::uint32_t& count = counts_[bucket - first_];
    const std::size_t step = lowest_step_of(bucket);
    if (count == 1) {
        used_.push_back(bucket);
        if (has_bound(bucket, step)) count |= kHasBound;
    }
    if ((count & kHasBound) != 0 && step_of(nanoseconds) != step) ++above_[step];
}

// In steps of 1024 buckets, so that there is a handful of them.
void OpenLatencies::make_room(std::uint32_t first, std::uint32_t last) {
    constexpr std::uint32_t kStep = 1024;
    std::uint32_t begin = first / kStep * kStep;
    std::uint32_t end = (last / kStep + 1) * kStep;
    if (!counts_.empty()) {
        begin = std::min(begin, first_);
        end = std::max(end, first_ + room_);
    }
    std::vector<std::uint32_t> counts(end - begin);
    std::ranges::copy(counts_, counts.begin() + (counts_.empty() ? 0 : first_ - begin));
    counts_ = std::move(counts);
    first_ = begin;
    room_ = end - begin;
}

void OpenLatencies::fold(Histogram::Batch& batch, StepCounts& steps) {
    batch.counts.clear();
    batch.count = 0;
    batch.sum = sum_;
    batch.min = min_;
    batch.max = max_;
    if (!few_.empty()) {
        fold_few(batch, steps);
    } else {
        fold_counts(batch, steps);
    }
    sum_ = 0;
    min_ = ~std::uint64_t{0};
    max_ = 0;
}

void OpenLatencies::fold_few(Histogram::Batch& batch, StepCounts& steps) {
    std::ranges::sort(few_);
    batch.count = few_.size();
    for (const std::uint64_t each : few_) {
        ++steps[step_of(each)];
        const std::uint32_t bucket = Histogram::bucket_of(each);
        if (!batch.counts.empty() && batch.counts.back().bucket == bucket) {
            ++batch.counts.back().count;
        } else {
            batch.counts.push_back({bucket, 1});
        }
    }
    few_.clear();
}

// Where a good part of all buckets is in use, they are looked through in less time.
void OpenLatencies::sort_used() {
    if (used_.size() < room_ / 16) {
        std::ranges::sort(used_);
        return;
    }
    used_.clear();
    for (std::uint32_t at = 0; at < room_; ++at) {
        if (counts_[at] != 0) used_.push_back(first_ + at);
    }
}

void OpenLatencies::fold_counts(Histogram::Batch& batch, StepCounts& steps) {
    sort_used();
    std::size_t step = 0;
    for (const std::uint32_t bucket : used_) {
        std::uint32_t& open = counts_[bucket - first_];
        const std::uint32_t count = open & ~kHasBound;
        while (step < kBoundBuckets.size() && kBoundBuckets[step] < bucket) ++step;
        steps[step] += count;
        if (open != count) {
            steps[step] -= above_[step];
            steps[step + 1] += above_[step];
            above_[step] = 0;
        }
        open = 0;
        batch.count += count;
        batch.counts.push_back({bucket, count});
    }
    used_.clear();
}

void OpenLatencies::shrink() {
    counts_ = {};
    used_ = {};
    few_ = {};
    first_ = 0;
    room_ = 0;
}

}  // namespace sim
