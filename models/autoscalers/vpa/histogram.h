// What a vertical pod autoscaler remembers of a container's use: a histogram whose samples weigh
// half as much with every half-life that passes.
//
// After vertical-pod-autoscaler/pkg/recommender/util (histogram.go, decaying_histogram.go). Buckets
// grow by 5 %; a percentile is the end of the bucket it falls into, so up to 5 % above any sample.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/time.h"

namespace models::vpa {

// Buckets by value: all as wide as the first, or each wider than the one before by a ratio.
struct Buckets {
    double first_size = 0;
    double ratio = 1;
    std::size_t count = 0;
    double epsilon = 1e-4;  // a bucket of less weight is empty

    static Buckets linear(double highest, double size, double epsilon);
    static Buckets exponential(double highest, double first_size, double ratio, double epsilon);

    std::size_t find(double value) const;
    double start(std::size_t bucket) const;
};

Buckets cpu_buckets();     // cores
Buckets memory_buckets();  // bytes

class Histogram {
public:
    Histogram(const Buckets& buckets, sim::Duration half_life)
        : buckets_(buckets), half_life_(half_life), weights_(buckets.count) {
        first_ = buckets.count - 1;
    }

    void add(double value, double weight, sim::Time time);
    void subtract(double value, double weight, sim::Time time);
    double percentile(double share) const;  // 0 when empty

private:
    double decayed(double weight, sim::Time time);
    void shift_reference(sim::Time to);
    void find_ends();

    Buckets buckets_;
    sim::Duration half_life_;  // zero: nothing is forgotten
    std::vector<double> weights_;
    double total_ = 0;
    std::size_t first_;
    std::size_t last_ = 0;
    sim::Time reference_{};
};

}  // namespace models::vpa
