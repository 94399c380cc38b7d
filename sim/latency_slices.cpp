#include "sim/latency_slices.h"

namespace sim {

void LatencySlices::record(std::size_t slice, const std::vector<Histogram::Count>& counts) {
    if (counts.empty()) return;
    const std::size_t begin = counts_.size();
    for (const Histogram::Count& each : counts) {
        const Duration lowest = Histogram::lowest_in(each.bucket);
        const std::uint16_t bucket = bucket_of(static_cast<std::uint64_t>(lowest.count()));
        if (counts_.size() > begin && counts_.back().bucket == bucket) {
            counts_.back().count += each.count;
        } else {
            counts_.push_back({bucket, each.count});
        }
    }
    const auto end = static_cast<std::uint32_t>(counts_.size());
    if (!kept_.empty() && kept_.back().slice == slice) {
        kept_.back().end = end;
    } else {
        kept_.push_back({static_cast<std::uint32_t>(slice), end});
    }
}

}  // namespace sim
