// Estimates over replications, and of pairs: two systems played on the same chance.
//
// With common random numbers the replications of two systems rise and fall together, and their
// difference varies less than either (Law, Simulation Modeling and Analysis, 5th edition, 11.2).
// The paired t-interval is right whether or not they do (the same, 10.2.1): pairing by seed never
// needs the two to be alike, only the pairs to be independent of each other.
#pragma once

#include <optional>
#include <span>

#include "reports/statistics/confidence.h"

namespace reports {

// NaN when there is nothing to say; without an interval from a single replication.
struct Estimate {
    double value = 0;
    std::optional<Interval> interval;  // 95 %
};

// The mean, which is undefined when any value is. An infinite value is a percentile that falls
// among failures: the mean is infinite when any is, and has an interval, of no width, when all are.
Estimate mean_of(std::span<const double> values);

// As many values as the other has, replication by replication.
struct Pairs {
    std::span<const double> values;
    std::span<const double> base;
};

// The mean of the differences, and its t-interval; infinite when one side failed in every pair and
// the other in none, undefined when it failed in some of them only.
Estimate difference_of(const Pairs& pairs);

// How many times the base: the geometric mean of the ratios, and the t-interval of their logarithms
// turned back (Bland and Altman, "The use of transformation when comparing two means", BMJ 312,
// 1996). Undefined when a value is not positive.
Estimate ratio_of(const Pairs& pairs);

// Whether the interval leaves out this value: only then is there a difference to speak of.
bool leaves_out(const Estimate& estimate, double value);

}  // namespace reports
