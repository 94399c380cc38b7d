// A number that changes over time: its mean weighted by time, and its largest value.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sim/time.h"

namespace sim {

class Gauge {
public:
    void add(Time now, std::int64_t difference) {
        area_ += seconds(now - changed_) * static_cast<double>(value_);
        changed_ = now;
        value_ += difference;
        peak_ = std::max(peak_, value_);
    }

    // Forgets the past; the value stays.
    void restart(Time now) {
        area_ = 0;
        started_ = changed_ = now;
        peak_ = value_;
    }

    std::int64_t value() const { return value_; }
    std::int64_t peak() const { return peak_; }
    double mean(Time now) const {
        const double elapsed = seconds(now - started_);
        return elapsed > 0 ? area(now) / elapsed : 0;
    }
    // Its sum over time, in value times seconds.
    double area(Time now) const {
        return area_ + seconds(now - changed_) * static_cast<double>(value_);
    }

private:
    Time started_{};
    Time changed_{};
    std::int64_t value_ = 0;
    std::int64_t peak_ = 0;
    double area_ = 0;
};

}  // namespace sim
