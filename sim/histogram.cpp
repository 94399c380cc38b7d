#include "sim/histogram.h"

#include <algorithm>
#include <cmath>

namespace sim {

// Room is made in steps of 256 buckets, so that a histogram grows a handful of times.
void Histogram::make_room(std::uint32_t first, std::uint32_t last) {
    constexpr std::uint32_t kStep = 256;
    std::uint32_t begin = first / kStep * kStep;
    std::uint32_t end = (last / kStep + 1) * kStep;
    if (!counts_.empty()) {
        begin = std::min(begin, first_);
        end = std::max(end, first_ + static_cast<std::uint32_t>(counts_.size()));
    }
    std::vector<std::uint64_t> counts(end - begin);
    std::ranges::copy(counts_, counts.begin() + (counts_.empty() ? 0 : first_ - begin));
    counts_ = std::move(counts);
    first_ = begin;
}

void Histogram::record(std::span<const Duration> values) {
    if (values.empty()) return;
    std::uint64_t lowest = min_;
    std::uint64_t highest = max_;
    for (const Duration value : values) {
        const auto nanoseconds = static_cast<std::uint64_t>(value.count());
        lowest = std::min(lowest, nanoseconds);
        highest = std::max(highest, nanoseconds);
        sum_ += nanoseconds;
    }
    const std::uint32_t first = bucket_of(lowest);
    const std::uint32_t last = bucket_of(highest);
    const bool fits = first >= first_ && last - first_ < counts_.size();
    if (!fits) make_room(first, last);
    std::uint64_t* const counts = counts_.data();
    const std::uint32_t begin = first_;
    for (const Duration value : values) {
        ++counts[bucket_of(static_cast<std::uint64_t>(value.count())) - begin];
    }
    count_ += values.size();
    min_ = lowest;
    max_ = highest;
}

void Histogram::merge(const Histogram& other) {
    if (other.empty()) return;
    const std::uint32_t first = bucket_of(other.min_);
    const std::uint32_t last = bucket_of(other.max_);
    const bool fits = !counts_.empty() && first >= first_ && last - first_ < counts_.size();
    if (!fits) make_room(first, last);
    for (std::uint32_t bucket = first; bucket <= last; ++bucket) {
        counts_[bucket - first_] += other.counts_[bucket - other.first_];
    }
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
Duration Histogram::percentile(double percent) const {
    if (percent <= 0) return min();
    if (empty()) return Duration::zero();
    const double share = std::clamp(std::nextafter(percent, 0.0), 0.0, 100.0);
    const double wanted = std::ceil(share * static_cast<double>(count_) / 100);
    const auto rank = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(wanted));
    std::uint64_t seen = 0;
    for (std::size_t index = 0; index < counts_.size(); ++index) {
        seen += counts_[index];
        if (seen < rank) continue;
        return std::min(highest_in(first_ + static_cast<std::uint32_t>(index)), max());
    }
    return max();
}

std::uint64_t Histogram::count_up_to(Duration value) const {
    if (empty() || value < Duration::zero()) return 0;
    const std::uint32_t bucket = bucket_of(static_cast<std::uint64_t>(value.count()));
    if (bucket < first_) return 0;
    const std::size_t end = std::min<std::size_t>(bucket - first_ + 1, counts_.size());
    std::uint64_t sum = 0;
    for (std::size_t index = 0; index < end; ++index) sum += counts_[index];
    return sum;
}

bool Histogram::operator==(const Histogram& other) const {
    if (count_ != other.count_ || sum_ != other.sum_) return false;
    if (empty()) return true;
    if (min_ != other.min_ || max_ != other.max_) return false;
    for (std::uint32_t bucket = bucket_of(min_); bucket <= bucket_of(max_); ++bucket) {
        if (counts_[bucket - first_] != other.counts_[bucket - other.first_]) return false;
    }
    return true;
}

}  // namespace sim
