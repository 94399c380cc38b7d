#include "sim/latency_slices.h"

namespace sim {

void LatencySlices::close(std::size_t next) {
    for (std::uint32_t bucket = first_; bucket <= last_; ++bucket) {
        if (open_[bucket] == 0) continue;
        counts_.push_back({static_cast<std::uint16_t>(bucket), open_[bucket]});
        open_[bucket] = 0;
    }
    first_ = kBuckets;
    last_ = 0;
    ends_.resize(next, counts_.size());
    slice_ = next;
}

}  // namespace sim
