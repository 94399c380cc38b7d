#include "sim/latency_log.h"

#include <algorithm>
#include <iterator>

namespace sim {

void LatencyLog::record(std::size_t interval, const Histogram::Batch& batch) {
    if (batch.counts.empty()) return;
    if (interval != interval_) close();
    interval_ = interval;
    max_ = std::max(max_, Duration(static_cast<std::int64_t>(batch.max)));
    combined_.clear();
    std::ranges::merge(open_, batch.counts, std::back_inserter(combined_), {},
                       &Histogram::Count::bucket, &Histogram::Count::bucket);
    open_.clear();
    for (const Histogram::Count& each : combined_) {
        if (!open_.empty() && open_.back().bucket == each.bucket) {
            open_.back().count += each.count;
        } else {
            open_.push_back(each);
        }
    }
}

void LatencyLog::close() {
    if (open_.empty()) return;
    counts_.insert(counts_.end(), open_.begin(), open_.end());
    kept_.push_back({interval_, counts_.size(), max_});
    open_.clear();
    max_ = {};
}

void LatencyLog::add_to(Histogram& histogram, std::size_t interval) const {
    const auto kept = std::ranges::lower_bound(kept_, interval, {}, &Kept::interval);
    if (kept == kept_.end() || kept->interval != interval) return;
    for (std::size_t i = kept == kept_.begin() ? 0 : std::prev(kept)->end; i < kept->end; ++i) {
        const Duration highest = Histogram::highest_in(counts_[i].bucket);
        histogram.record_n(std::min(highest, kept->max), counts_[i].count);
    }
}

}  // namespace sim
