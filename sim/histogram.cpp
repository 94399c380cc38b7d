#include "sim/histogram.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace sim {

namespace {

// Whose buckets are kept as a list.
constexpr std::uint64_t kFewValues = 1024;

}  // namespace

// Room is made in steps of 256 buckets, so that a histogram grows a handful of times.
void Histogram::make_room(std::uint32_t first, std::uint32_t last) {
    constexpr std::uint32_t kStep = 256;
    std::uint32_t begin = first / kStep * kStep;
    std::uint32_t end = (last / kStep + 1) * kStep;
    if (!counts_.empty()) {
        begin = std::min(begin, first_);
        end = std::max(end, first_ + static_cast<std::uint32_t>(counts_.size()));
        if (end - begin == counts_.size()) return;
    }
    std::vector<std::uint64_t> counts(end - begin);
    std::ranges::copy(counts_, counts.begin() + (counts_.empty() ? 0 : first_ - begin));
    counts_ = std::move(counts);
    first_ = begin;
}

// Rare, but for histograms of few values.
void Histogram::count_up_outside(std::uint32_t bucket, std::uint64_t times) {
    if (counts_.empty() && count_ < kFewValues) {
        const auto place = std::ranges::lower_bound(few_, bucket, {}, &Few::bucket);
        if (place != few_.end() && place->bucket == bucket) {
            place->count += times;
        } else {
            few_.insert(place, {bucket, times});
        }
        return;
    }
    spread();
    make_room(bucket, bucket);
    counts_[bucket - first_] += times;
}

void Histogram::spread() {
    if (few_.empty()) return;
    const std::vector<Few> few = std::exchange(few_, {});
    make_room(few.front().bucket, few.back().bucket);
    for (const Few& each : few) counts_[each.bucket - first_] = each.count;
}

// Room is made for all of what comes at once.
void Histogram::record(const Batch& batch) {
    if (batch.counts.empty()) return;
    if (!counts_.empty() || count_ + batch.count > kFewValues) {
        spread();
        make_room(batch.counts.front().bucket, batch.counts.back().bucket);
    }
    for (const Count& each : batch.counts) count_up(each.bucket, each.count);
    count_ += batch.count;
    sum_ += batch.sum;
    min_ = std::min(min_, batch.min);
    max_ = std::max(max_, batch.max);
}

void Histogram::merge(const Histogram& other) {
    if (!other.counts_.empty()) {
        spread();
        make_room(bucket_of(other.min_), bucket_of(other.max_));
    }
    other.walk([&](std::uint32_t bucket, std::uint64_t count) {
        count_up(bucket, count);
        return true;
    });
    count_ += other.count_;
    sum_ += other.sum_;
    min_ = std::min(min_, other.min_);
    max_ = std::max(max_, other.max_);
}

double Histogram::mean_seconds() const {
    return empty() ? 0 : static_cast<double>(sum_) / static_cast<double>(count_) * 1e-9;
}

Duration Histogram::mean() const {
    if (empty()) return Duration::zero();
    return Duration(static_cast<std::int64_t>((sum_ + count_ / 2) / count_));
}

// The percentage goes down by one step before the rank is rounded up, so that 99.9 % of 1000 is 999
// in spite of rounding (AbstractHistogram.getValueAtPercentile does the same).
std::uint64_t Histogram::rank_of(double percent, std::uint64_t count) {
    if (count == 0) return 0;
    const double share = std::clamp(std::nextafter(percent, 0.0), 0.0, 100.0);
    const double wanted = std::ceil(share * static_cast<double>(count) / 100);
    return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
}

Duration Histogram::percentile(double percent) const {
    return percent <= 0 ? min() : at_rank(rank_of(percent, count_));
}

Duration Histogram::at_rank(std::uint64_t rank) const {
    if (empty()) return Duration::zero();
    std::uint64_t seen = 0;
    Duration found = max();
    walk([&](std::uint32_t bucket, std::uint64_t count) {
        seen += count;
        if (seen >= rank) found = std::min(highest_in(bucket), max());
        return seen < rank;
    });
    return found;
}

std::uint64_t Histogram::count_up_to(Duration value) const {
    if (empty() || value < Duration::zero()) return 0;
    const std::uint32_t last = bucket_of(static_cast<std::uint64_t>(value.count()));
    std::uint64_t sum = 0;
    walk([&](std::uint32_t bucket, std::uint64_t count) {
        if (bucket <= last) sum += count;
        return bucket < last;
    });
    return sum;
}

bool Histogram::operator==(const Histogram& other) const {
    if (count_ != other.count_ || sum_ != other.sum_) return false;
    if (min_ != other.min_ || max_ != other.max_) return false;
    std::vector<std::pair<std::uint32_t, std::uint64_t>> buckets;
    walk([&](std::uint32_t bucket, std::uint64_t count) {
        buckets.emplace_back(bucket, count);
        return true;
    });
    std::size_t next = 0;
    other.walk([&](std::uint32_t bucket, std::uint64_t count) {
        const bool same = next < buckets.size() && buckets[next] == std::pair(bucket, count);
        next += same ? 1 : 0;
        return same;
    });
    return next == buckets.size();
}

}  // namespace sim
