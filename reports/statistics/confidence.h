// Confidence intervals over replications.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace reports {

struct Interval {
    double low = 0;
    double high = 0;
};

// The value that a Student t variable with `degrees` (at least 1) of freedom stays below with
// probability `share` (0 < share < 1). Relative error below 1e-9; the same bits on every machine.
double t_quantile(double share, std::uint32_t degrees);

// The t-interval of the mean that holds it with probability `confidence`; none from fewer than two
// values.
std::optional<Interval> interval(std::span<const double> values, double confidence);
std::optional<Interval> interval95(std::span<const double> values);

}  // namespace reports
