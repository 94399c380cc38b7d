// How far event time has got: the watermark, before which no more events are expected.
//
// Of a partition it is the latest event seen less the bound on how much out of order events come
// (Flink's WatermarkStrategy.forBoundedOutOfOrderness); of all, the least of those that are not
// idle (withIdleness). It never goes back. An event before it is late. (Akidau et al., The Dataflow
// Model, VLDB 2015.)
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "sim/time.h"

namespace models::streaming {

inline constexpr sim::Time kNoWatermark = sim::Time::min();

class Watermarks {
public:
    Watermarks(sim::Duration max_out_of_orderness, std::optional<sim::Duration> idleness)
        : bound_(max_out_of_orderness), idleness_(idleness) {}

    // As many, of which nothing has been seen.
    void begin(std::size_t partitions, sim::Time now) {
        latest_.assign(partitions, kNoWatermark);
        resume(now);
    }
    // As it was when it was copied; whether they are idle is judged from now on.
    void resume(sim::Time now) { heard_.assign(latest_.size(), now); }

    void saw(std::size_t partition, sim::Time event, sim::Time now) {
        latest_[partition] = std::max(latest_[partition], event);
        heard_[partition] = now;
    }
    // It stands still while a partition that is not idle has had no event, or all are idle.
    sim::Time advance(sim::Time now) {
        sim::Time least = sim::kForever;
        for (std::size_t each = 0; each < latest_.size(); ++each) {
            const bool is_idle = idleness_ && now - heard_[each] >= *idleness_;
            if (is_idle) continue;
            least = std::min(least, latest_[each]);
        }
        const bool is_known = least != kNoWatermark && least != sim::kForever;
        if (is_known) now_ = std::max(now_, least - bound_);
        return now_;
    }
    sim::Time now() const { return now_; }

private:
    sim::Duration bound_;
    std::optional<sim::Duration> idleness_;
    std::vector<sim::Time> latest_;  // events, by partition
    std::vector<sim::Time> heard_;   // when
    sim::Time now_ = kNoWatermark;
};

}  // namespace models::streaming
