#include "sim/latency_log.h"

#include <algorithm>

namespace sim {

void LatencyLog::close(std::size_t next) {
    open_.for_each_bucket([&](Duration lowest, Duration, std::uint64_t count) {
        const auto nanoseconds = static_cast<std::uint64_t>(lowest.count());
        counts_.push_back({Histogram::bucket_of(nanoseconds), static_cast<std::uint32_t>(count)});
    });
    ends_.resize(interval_, {ends_.empty() ? 0 : ends_.back().counts, Duration::zero()});
    ends_.push_back({counts_.size(), open_.max()});
    open_ = {};
    ends_.resize(next, {counts_.size(), Duration::zero()});
    interval_ = next;
}

void LatencyLog::add_to(Histogram& histogram, std::size_t interval) const {
    if (interval >= ends_.size()) return;
    for (std::size_t i = interval == 0 ? 0 : ends_[interval - 1].counts; i < ends_[interval].counts;
         ++i) {
        const Duration highest = Histogram::highest_in(counts_[i].bucket);
        histogram.record_n(std::min(highest, ends_[interval].max), counts_[i].count);
    }
}

}  // namespace sim
