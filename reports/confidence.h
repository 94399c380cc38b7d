// Confidence intervals over replications.
#pragma once

#include <optional>
#include <span>

namespace reports {

struct Interval {
    double low = 0;
    double high = 0;
};

// The value that a Student t variable with `degrees` of freedom stays below with probability
// `share` (0 < share < 1). Relative error below 1e-9.
double t_quantile(double share, double degrees);

// The 95 % t-interval of the mean; none from fewer than two values.
std::optional<Interval> interval95(std::span<const double> values);

}  // namespace reports
