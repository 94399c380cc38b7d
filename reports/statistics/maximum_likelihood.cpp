#include "reports/statistics/maximum_likelihood.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "reports/statistics/mixtures.h"
#include "sim/math.h"
#include "sim/special.h"

namespace reports {

namespace {

double mean_of_all(std::span<const double> values) {
    double sum = 0;
    for (const double each : values) sum += each;
    return sum / static_cast<double>(values.size());
}

double variance_about(std::span<const double> values, double mean) {
    double sum = 0;
    for (const double each : values) sum += (each - mean) * (each - mean);
    return sum / static_cast<double>(values.size());
}

// What a sample varies by, relative to its mean, below which only a constant is left.
constexpr double kEqual = 1e-9;

bool is_steady(const FitSample& sample) {
    return sample.variance <= kEqual * kEqual * sample.mean * sample.mean;
}

// A normal law that is cut at 0: its untruncated maximum is right while next to nothing is cut.
constexpr double kLeastNormalMean = 3.5;  // in standard deviations: 0.02 % lies below 0

std::optional<Law> normal(const FitSample& sample) {
    const double stddev = std::sqrt(sample.variance);
    if (sample.mean < kLeastNormalMean * stddev) return std::nullopt;
    return Law{LawKind::normal, {sample.mean, stddev}};
}

std::optional<Law> lognormal(const FitSample& sample) {
    const double sigma = std::sqrt(sample.variance_log);
    if (sigma > kWidestLogOfTime) return std::nullopt;
    return Law{LawKind::lognormal, {sample.mean_log, sigma}};
}

// Minka, "Estimating a Gamma distribution", 2002: Newton's step for 1 / shape, which converges in
// four or five. The mean is the sample's.
std::optional<Law> gamma(const FitSample& sample) {
    const double spread = sim::log(sample.mean) - sample.mean_log;
    if (!(spread > 1e-12)) return std::nullopt;
    double shape =
        (3 - spread + std::sqrt((spread - 3) * (spread - 3) + 24 * spread)) / (12 * spread);
    for (int i = 0; i < 50; ++i) {
        const double off = sim::log(shape) - digamma(shape) - spread;
        const double next = 1 / (1 / shape + off / (shape * shape * (1 / shape - trigamma(shape))));
        const bool is_there = std::abs(next - shape) < 1e-12 * shape;
        shape = next;
        if (is_there) break;
    }
    if (!(shape >= 0.01 && shape <= 1e6)) return std::nullopt;
    return Law{LawKind::gamma, {sample.mean, shape}};
}

// Sums over x^shape, of x relative to the largest so that none overflows.
struct PowerSums {
    double ones = 0, logs = 0, squares = 0;
};

PowerSums power_sums(const FitSample& sample, double shape) {
    const double largest = sample.logs.back();
    PowerSums sums;
    for (const double log : sample.logs) {
        const double power = sim::exp(shape * (log - largest));
        sums.ones += power;
        sums.logs += power * log;
        sums.squares += power * log * log;
    }
    return sums;
}

// The shape is the root of sum(x^k log x) / sum(x^k) - 1 / k - mean(log x), which rises with k
// (Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions" 1, 1994, 21.12), by Newton
// from the moments of the logarithms.
std::optional<Law> weibull(const FitSample& sample) {
    constexpr double kPi = 3.14159265358979324;
    double shape = kPi / std::sqrt(6 * sample.variance_log);
    for (int i = 0; i < 100; ++i) {
        const PowerSums sums = power_sums(sample, shape);
        const double mean = sums.logs / sums.ones;
        const double off = mean - 1 / shape - sample.mean_log;
        const double slope = sums.squares / sums.ones - mean * mean + 1 / (shape * shape);
        const double next = std::max(shape / 3, shape - off / slope);
        const bool is_there = std::abs(next - shape) < 1e-12 * shape;
        shape = next;
        if (is_there) break;
    }
    if (!(shape >= 0.1 && shape <= 100)) return std::nullopt;
    const double mean_power =
        power_sums(sample, shape).ones / static_cast<double>(sample.values.size());
    const double log_scale = sample.logs.back() + sim::log(mean_power) / shape;
    const double mean = sim::exp(log_scale + sim::log_gamma(1 + 1 / shape));
    return Law{LawKind::weibull, {mean, shape}};
}

std::optional<Law> pareto(const FitSample& sample) {
    const double alpha = 1 / (sample.mean_log - sample.logs.front());
    if (!(alpha > 0 && alpha <= 100)) return std::nullopt;
    return Law{LawKind::pareto, {sample.values.front(), alpha}};
}

}  // namespace

FitSample::FitSample(std::vector<double> all) : values(std::move(all)) {
    assert(!values.empty());
    std::ranges::sort(values);
    assert(values.front() > 0);
    logs.reserve(values.size());
    for (const double each : values) logs.push_back(sim::log(each));
    mean = mean_of_all(values);
    variance = variance_about(values, mean);
    mean_log = mean_of_all(logs);
    variance_log = variance_about(logs, mean_log);
}

std::optional<Law> most_likely(LawKind kind, const FitSample& sample) {
    if (kind == LawKind::constant) {
        if (!is_steady(sample)) return std::nullopt;
        return Law{kind, {sample.mean}};
    }
    if (is_steady(sample)) return std::nullopt;
    switch (kind) {
        case LawKind::uniform:
            return Law{kind, {sample.values.front(), sample.values.back()}};
        case LawKind::exponential:
            return Law{kind, {sample.mean}};
        case LawKind::normal:
            return normal(sample);
        case LawKind::lognormal:
            return lognormal(sample);
        case LawKind::gamma:
            return gamma(sample);
        case LawKind::weibull:
            return weibull(sample);
        case LawKind::pareto:
            return pareto(sample);
        case LawKind::hyperexponential:
            return most_likely_hyperexponential(sample);
        case LawKind::two_lognormals:
            return most_likely_two_lognormals(sample);
        case LawKind::constant:
            break;
    }
    return std::nullopt;
}

std::string_view why_no_fit(LawKind kind) {
    switch (kind) {
        case LawKind::constant:
            return "the values differ";
        case LawKind::normal:
            return "too much of it would lie below 0";
        case LawKind::lognormal:
            return "they spread further than a mean and a p99 can say";
        case LawKind::hyperexponential:
            return "they vary less than an exponential law";
        case LawKind::two_lognormals:
            return "they are not of two kinds";
        default:
            return "its parameters would be out of bounds";
    }
}

// Abramowitz and Stegun, 6.3.5 and 6.3.18: up to 8 by the recurrence, from there the asymptotic
// series.
double digamma(double x) {
    double sum = 0;
    for (; x < 8; x += 1) sum -= 1 / x;
    const double y = 1 / (x * x);
    const double series =
        y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y * (1.0 / 132)))));
    return sum + sim::log(x) - 0.5 / x - series;
}

// 6.4.6 and 6.4.12.
double trigamma(double x) {
    double sum = 0;
    for (; x < 8; x += 1) sum += 1 / (x * x);
    const double y = 1 / (x * x);
    const double series = y * (1.0 / 6 - y * (1.0 / 30 - y * (1.0 / 42 - y * (1.0 / 30))));
    return sum + 1 / x + 0.5 * y + series / x;
}

}  // namespace reports
