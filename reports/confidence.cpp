#include "reports/confidence.h"

#include <cmath>

namespace reports {

namespace {

// Regularised incomplete beta function by Lentz's continued fraction (Abramowitz and
// Stegun 26.5.8).
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    double c = 1;
    double d = 1 / (1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m < 1000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / (std::abs(1 + even * d) < kTiny ? kTiny : 1 + even * d);
        c = std::abs(1 + even / c) < kTiny ? kTiny : 1 + even / c;
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (std::abs(1 + odd * d) < kTiny ? kTiny : 1 + odd * d);
        c = std::abs(1 + odd / c) < kTiny ? kTiny : 1 + odd / c;
        const double change = d * c;
        fraction *= change;
        if (std::abs(change - 1) < 1e-15) break;
    }
    return fraction;
}

double incomplete_beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    const double scale = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log1p(-x));
    if (x < (a + 1) / (a + b + 2)) return scale * beta_fraction(a, b, x) / a;
    return 1 - scale * beta_fraction(b, a, 1 - x) / b;
}

double t_cdf(double t, double degrees) {
    const double tail = 0.5 * incomplete_beta(degrees / 2, 0.5, degrees / (degrees + t * t));
    return t > 0 ? 1 - tail : tail;
}

}  // namespace

// By bisection: a few dozen evaluations, needed a handful of times a report.
double t_quantile(double share, double degrees) {
    double low = -1;
    double high = 1;
    while (t_cdf(low, degrees) > share) low *= 2;
    while (t_cdf(high, degrees) < share) high *= 2;
    for (int step = 0; step < 200 && high - low > 1e-13 * std::abs(high); ++step) {
        const double middle = (low + high) / 2;
        (t_cdf(middle, degrees) < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::optional<Interval> interval95(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    if (values.size() < 2) return std::nullopt;
    double sum = 0;
    for (const double value : values) sum += value;
    const double mean = sum / n;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const double half = t_quantile(0.975, n - 1) * std::sqrt(squares / (n - 1) / n);
    return Interval{mean - half, mean + half};
}

}  // namespace reports
