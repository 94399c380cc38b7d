#include "reports/statistics/welch.h"

#include <algorithm>
#include <cmath>

namespace reports {

namespace {

// Degrees are rounded down, to the wider interval; of a million, t is normal to six digits.
std::uint32_t whole(double degrees) {
    return static_cast<std::uint32_t>(std::clamp(degrees, 1.0, 1e6));
}

}  // namespace

Known known_by(double value, const Interval& interval, double degrees) {
    const double half_width = (interval.high - interval.low) / 2;
    return {value, half_width / t_quantile(0.975, whole(degrees)), degrees};
}

Estimate welch(const Known& first, const Known& second) {
    const double a = first.standard_error * first.standard_error;
    const double b = second.standard_error * second.standard_error;
    const double difference = second.value - first.value;
    if (!(a + b > 0)) return {difference, Interval{difference, difference}};
    const double degrees = (a + b) * (a + b) / (a * a / first.degrees + b * b / second.degrees);
    const double half_width = t_quantile(0.975, whole(degrees)) * std::sqrt(a + b);
    return {difference, Interval{difference - half_width, difference + half_width}};
}

}  // namespace reports
