#include "sim/special.h"

#include <array>

#include "sim/math.h"

namespace sim {
namespace {

constexpr double kHalfLogTwoPi = 0.91893853320467274;
constexpr double kRootTwoPi = 2.5066282746310005;
constexpr int kMostTerms = 100000;

// Lanczos' approximation for g = 7 with 9 terms (Godfrey's coefficients).
constexpr std::array kLanczos = {
    0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
    771.32342877765313,   -176.61502916214059,   12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};

// x^shape exp(-x) / gamma(shape)
double gamma_scale(double shape, double x) {
    return exp(shape * log(x) - x - log_gamma(shape));
}

// Below the mean: x^shape e^-x sum of x^n / (shape (shape + 1) ... (shape + n)).
double lower_series(double shape, double x) {
    double term = 1 / shape;
    double sum = term;
    for (int n = 1; n < kMostTerms && term > sum * 1e-17; ++n) {
        term *= x / (shape + n);
        sum += term;
    }
    return sum * gamma_scale(shape, x);
}

// Above it: Legendre's continued fraction, evaluated from the left (Lentz).
double upper_fraction(double shape, double x) {
    double b = x + 1 - shape;
    double c = 1e300;
    double d = 1 / b;
    double fraction = d;
    for (int n = 1; n < kMostTerms; ++n) {
        const double a = -n * (n - shape);
        b += 2;
        d = 1 / (a * d + b);
        c = b + a / c;
        const double change = d * c;
        fraction *= change;
        if (change > 1 - 1e-16 && change < 1 + 1e-15) break;
    }
    return fraction * gamma_scale(shape, x);
}

}  // namespace

double log_gamma(double x) {
    if (x < 0.5) return log_gamma(x + 1) - log(x);
    double sum = kLanczos[0];
    double place = x - 1;
    for (std::size_t term = 1; term < kLanczos.size(); ++term) sum += kLanczos[term] / (place += 1);
    const double base = x + 6.5;
    return kHalfLogTwoPi + (x - 0.5) * log(base) - base + log(sum);
}

double gamma_cdf(double shape, double x) {
    if (x <= 0) return 0;
    return x < shape + 1 ? lower_series(shape, x) : 1 - upper_fraction(shape, x);
}

double gamma_tail(double shape, double x) {
    if (x <= 0) return 1;
    return x < shape + 1 ? 1 - lower_series(shape, x) : upper_fraction(shape, x);
}

// The square of a normal, halved, is gamma with shape 1/2.
double normal_cdf(double x) {
    const double outside = 0.5 * gamma_tail(0.5, 0.5 * x * x);
    return x < 0 ? outside : 1 - outside;
}

double normal_density(double x) {
    return exp(-0.5 * x * x) / kRootTwoPi;
}

}  // namespace sim
