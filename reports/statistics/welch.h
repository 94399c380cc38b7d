// Two systems that were not played on the same chance, or of which nobody kept the pairs: Welch's
// t.
//
// The difference of two independent means has the variance of both together, and by Welch ("The
// generalization of Student's problem", Biometrika 34, 1947) and Satterthwaite it is about
// Student's t with (a + b)^2 / (a^2 / n_a + b^2 / n_b) degrees of freedom, of the squared errors a
// and b. Played on the same chance after all, the two rise and fall together, and the interval is
// too wide rather than too narrow.
#pragma once

#include "reports/statistics/confidence.h"
#include "reports/statistics/paired.h"

namespace reports {

// A mean, and how well it is known.
struct Known {
    double value = 0;
    double standard_error = 0;
    double degrees = 1;  // of freedom
};

// What a 95 % t-interval was made of.
Known known_by(double value, const Interval& interval, double degrees);

// The second less the first.
Estimate welch(const Known& first, const Known& second);

}  // namespace reports
