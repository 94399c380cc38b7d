#include "reports/statistics/confidence.h"

#include <cmath>
#include <numbers>

namespace reports {

namespace {

// Regularised incomplete beta function's continued fraction, by Lentz's method (Abramowitz and
// Stegun 26.5.8).
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    const auto not_zero = [](double value) { return std::abs(value) < kTiny ? kTiny : value; };
    double c = 1;
    double d = 1 / not_zero(1 - (a + b) * x / (a + 1));
    double fraction = d;
    for (int m = 1; m < 1000; ++m) {
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / not_zero(1 + even * d);
        c = not_zero(1 + even / c);
        fraction *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / not_zero(1 + odd * d);
        c = not_zero(1 + odd / c);
        const double change = d * c;
        fraction *= change;
        if (std::abs(change - 1) < 1e-15) break;
    }
    return fraction;
}

double power(double base, std::uint32_t exponent) {
    double result = 1;
    for (; exponent > 0; exponent /= 2, base *= base) {
        if (exponent % 2 == 1) result *= base;
    }
    return result;
}

// B(n/2, 1/2), from B(1/2, 1/2) = pi, B(1, 1/2) = 2 and B(a + 1, 1/2) = B(a, 1/2) a / (a + 1/2).
double beta_of_half(std::uint32_t n) {
    double beta = n % 2 == 1 ? std::numbers::pi : 2;
    for (std::uint32_t k = n % 2 == 1 ? 1 : 2; k < n; k += 2) beta *= k / (k + 1.0);
    return beta;
}

// P(T > t) for t >= 0 is I_x(n/2, 1/2) / 2 at x = n / (n + t^2). Only arithmetic and square roots,
// which round alike everywhere: x^(n/2) is a whole power of sqrt(x).
double upper_tail(double t, std::uint32_t degrees, double beta) {
    const double a = degrees / 2.0;
    const double x = degrees / (degrees + t * t);
    const double y = t * t / (degrees + t * t);  // 1 - x, without cancellation
    const double scale = power(std::sqrt(x), degrees) * std::sqrt(y) / beta;
    if (x < (a + 1) / (a + 2.5)) return scale * beta_fraction(a, 0.5, x) / a / 2;
    return (1 - scale * beta_fraction(0.5, a, y) / 0.5) / 2;
}

}  // namespace

// By bisection: a few dozen evaluations, needed a handful of times a report.
double t_quantile(double share, std::uint32_t degrees) {
    if (share < 0.5) return -t_quantile(1 - share, degrees);
    const double beta = beta_of_half(degrees);
    double low = 0;
    double high = 1;
    while (upper_tail(high, degrees, beta) > 1 - share) high *= 2;
    for (int step = 0; step < 200 && high - low > 1e-13 * high; ++step) {
        const double middle = (low + high) / 2;
        (upper_tail(middle, degrees, beta) > 1 - share ? low : high) = middle;
    }
    return (low + high) / 2;
}

std::optional<Interval> interval(std::span<const double> values, double confidence) {
    const auto n = static_cast<double>(values.size());
    if (values.size() < 2) return std::nullopt;
    double sum = 0;
    for (const double value : values) sum += value;
    const double mean = sum / n;
    double squares = 0;
    for (const double value : values) squares += (value - mean) * (value - mean);
    const auto degrees = static_cast<std::uint32_t>(values.size() - 1);
    const double half =
        t_quantile((1 + confidence) / 2, degrees) * std::sqrt(squares / (n - 1) / n);
    return Interval{mean - half, mean + half};
}

std::optional<Interval> interval95(std::span<const double> values) {
    return interval(values, 0.95);
}

}  // namespace reports
