#include "sim/latency_log.h"

#include <functional>
#include <numeric>

namespace sim {

namespace {

constexpr std::uint32_t kBlock = 16;
constexpr std::uint32_t kStep = 1024;
static_assert(kStep % kBlock == 0);

}  // namespace

void LatencyLog::make_room(std::uint32_t bucket) {
    open_.resize((bucket / kStep + 1) * kStep);
}

// Few of the counters are in use: most are passed over a block at a time.
void LatencyLog::close(std::size_t next) {
    for (std::uint32_t block = first_ / kBlock * kBlock; block <= last_; block += kBlock) {
        const auto begin = open_.begin() + block;
        const auto any = std::accumulate(begin, begin + kBlock, std::uint32_t{0}, std::bit_or());
        if (any == 0) continue;
        for (std::uint32_t bucket = block; bucket < block + kBlock; ++bucket) {
            if (open_[bucket] == 0) continue;
            counts_.push_back({bucket, open_[bucket]});
            open_[bucket] = 0;
        }
    }
    ends_.push_back({counts_.size(), max_});
    ends_.resize(next, {counts_.size(), Duration::zero()});
    first_ = kNone;
    last_ = 0;
    max_ = {};
    interval_ = next;
}

// The highest bucket and the lowest go first: the histogram makes room for all of them at once.
void LatencyLog::add_to(Histogram& histogram, std::size_t interval) const {
    if (interval >= ends_.size()) return;
    const std::size_t begin = interval == 0 ? 0 : ends_[interval - 1].counts;
    const std::size_t end = ends_[interval].counts;
    const auto add = [&](const Count& count) {
        const Duration highest = Histogram::highest_in(count.bucket);
        histogram.record_n(std::min(highest, ends_[interval].max), count.count);
    };
    if (begin < end) add(counts_[end - 1]);
    for (std::size_t i = begin; i + 1 < end; ++i) add(counts_[i]);
}

}  // namespace sim
