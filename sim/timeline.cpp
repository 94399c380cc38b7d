#include "sim/timeline.h"

#include <utility>

namespace sim {

// The slice that `now` lies in has not ended: every one before it has.
void Timeline::close_slices(Time now) {
    while (now >= slice_end_) {
        area_ += seconds(slice_end_ - changed_) * value_;
        means_.add(area_ / seconds(slice_));
        area_ = 0;
        changed_ = slice_end_;
        slice_end_ += slice_;
    }
}

SeriesValues Timeline::finish(Time now) {
    set(now, value_);
    const Time slice_begin = slice_end_ - slice_;
    if (now > slice_begin) means_.add(area_ / seconds(now - slice_begin));
    return std::exchange(means_, {});
}

}  // namespace sim
