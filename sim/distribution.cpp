#include "sim/distribution.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <utility>

#include "sim/distribution_table.h"
#include "sim/special.h"

namespace sim {
namespace {

constexpr double kNormalP99 = 2.3263478740408411;  // the standard normal's 99th percentile

}  // namespace

Distribution::Distribution(Kind kind, double a, double b) : kind_(kind), a_(a), b_(b) {}

Distribution::Distribution(Kind kind, std::shared_ptr<const Table> table)
    : kind_(kind), a_(1), table_(std::move(table)) {}

Distribution Distribution::constant(double value) {
    assert(value >= 0);
    return {Kind::kConstant, value};
}

Distribution Distribution::uniform(Uniform range) {
    assert(0 <= range.min && range.min <= range.max);
    return {Kind::kUniform, range.min, range.max - range.min};
}

Distribution Distribution::exponential(double mean) {
    assert(mean >= 0);
    return {Kind::kExponential, mean};
}

Distribution Distribution::normal(Normal uncut) {
    assert(uncut.mean >= 0 && uncut.stddev >= 0);
    if (uncut.stddev == 0) return constant(uncut.mean);
    return {Kind::kNormal, uncut.mean, uncut.stddev};
}

// With z the normal's 99th percentile and d = log(p99 / mean): d = z sigma - sigma^2 / 2. The
// smaller root z - sqrt(z^2 - 2 d) is written so that it does not cancel when d is small.
Distribution Distribution::lognormal(Lognormal target) {
    assert(lognormal_problem(target).empty());
    if (target.p99 == target.mean) return constant(target.mean);
    const double d = log(target.p99 / target.mean);
    const double root = std::sqrt(std::max(0.0, kNormalP99 * kNormalP99 - 2 * d));
    const double sigma = 2 * d / (kNormalP99 + root);
    return lognormal(LogOfNormal{log(target.mean) - sigma * sigma / 2, sigma});
}

Distribution Distribution::lognormal(LogOfNormal logarithm) {
    assert(logarithm.sigma >= 0);
    if (logarithm.sigma == 0) return constant(exp(logarithm.mu));
    return {Kind::kLognormal, logarithm.mu, logarithm.sigma};
}

Distribution Distribution::gamma(Gamma target) {
    assert(target.mean >= 0 && target.shape > 0);
    if (target.mean == 0) return {};
    return {Kind::kGamma, target.mean / target.shape, target.shape};
}

Distribution Distribution::weibull(Weibull target) {
    assert(target.mean >= 0 && target.shape > 0);
    if (target.mean == 0) return {};
    return {Kind::kWeibull, target.mean / exp(log_gamma(1 + 1 / target.shape)), target.shape};
}

Distribution Distribution::pareto(Pareto tail) {
    assert(tail.min >= 0 && tail.alpha > 0);
    return {Kind::kPareto, tail.min, tail.alpha};
}

Distribution Distribution::pareto(ParetoMean tail) {
    assert(tail.alpha > 1);
    return pareto(Pareto{tail.mean * (tail.alpha - 1) / tail.alpha, tail.alpha});
}

Distribution Distribution::mixture(std::span<const Part> parts) {
    assert(mixture_problem(parts).empty());
    double total = 0;
    for (const Part& part : parts) total += part.weight;
    auto table = std::make_shared<Table>();
    double sum = 0;
    for (const Part& part : parts) {
        sum += part.weight;
        table->shares.push_back(sum / total);
        table->parts.push_back(part.values);
    }
    return {Kind::kMixture, std::move(table)};
}

Distribution Distribution::empirical(std::span<const Quantile> quantiles) {
    assert(empirical_problem(quantiles).empty());
    auto table = std::make_shared<Table>();
    for (const Quantile& quantile : quantiles) {
        table->shares.push_back(quantile.share);
        table->values.push_back(quantile.value);
    }
    return {Kind::kEmpirical, std::move(table)};
}

// The largest p99 is where both roots meet: log(p99 / mean) = z^2 / 2.
std::string_view Distribution::lognormal_problem(Lognormal target) {
    if (!(target.mean > 0)) return "the mean must be above 0";
    if (!(target.p99 >= target.mean)) return "p99 is below the mean";
    if (!(2 * log(target.p99 / target.mean) <= kNormalP99 * kNormalP99))
        return "p99 is above 14.97 times the mean, which no lognormal reaches";
    return {};
}

std::string_view Distribution::mixture_problem(std::span<const Part> parts) {
    double total = 0;
    for (const Part& part : parts) {
        if (!(part.weight >= 0)) return "weights must not be negative";
        total += part.weight;
    }
    if (!(total > 0)) return "at least one weight must be above 0";
    if (total > std::numeric_limits<double>::max()) return "weights must be finite";
    return {};
}

std::string_view Distribution::empirical_problem(std::span<const Quantile> quantiles) {
    if (quantiles.size() < 2) return "at least two quantiles are needed";
    if (quantiles.front().share != 0) return "the first share must be 0";
    if (quantiles.back().share != 1) return "the last share must be 100 %";
    if (!(quantiles.front().value >= 0)) return "values must not be negative";
    for (std::size_t i = 1; i < quantiles.size(); ++i) {
        if (!(quantiles[i - 1].share < quantiles[i].share)) return "shares must rise";
        if (!(quantiles[i - 1].value <= quantiles[i].value)) return "values must not fall";
    }
    return {};
}

// Scale parameters multiply; a lognormal's moves by the logarithm.
Distribution Distribution::scaled(double factor) const {
    assert(factor > 0);
    Distribution result = *this;
    if (kind_ == Kind::kLognormal) {
        result.a_ += log(factor);
        return result;
    }
    result.a_ *= factor;
    if (kind_ == Kind::kUniform || kind_ == Kind::kNormal) result.b_ *= factor;
    return result;
}

}  // namespace sim
