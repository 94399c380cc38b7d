// A number that changes over time, kept as its mean in each slice of time.
//
// A change costs a few additions, and nothing is kept of it: replicas, requests waiting, the share
// of open breakers. The mean is weighted by time, so a slice's value is right however often the
// number changed within it.
#pragma once

#include "sim/series_values.h"
#include "sim/time.h"

namespace sim {

class Timeline {
public:
    explicit Timeline(Duration slice) : slice_(slice), slice_end_(slice) {}

    void set(Time now, double value) {
        if (now >= slice_end_) close_slices(now);
        area_ += seconds(now - changed_) * value_;
        changed_ = now;
        value_ = value;
    }
    void add(Time now, double difference) { set(now, value_ + difference); }

    double value() const { return value_; }

    // Of the slices that are over, once they are closed.
    const SeriesValues& means() const { return means_; }
    // Those before now are over.
    void close(Time now) {
        if (now >= slice_end_) close_slices(now);
    }

    // The mean of each slice up to now; the last one counts as far as it goes.
    SeriesValues finish(Time now);

private:
    void close_slices(Time now);

    Duration slice_;
    Time slice_end_;
    Time changed_{};
    double value_ = 0;
    double area_ = 0;  // of the current slice, up to the last change
    SeriesValues means_;
};

}  // namespace sim
