#include "sim/distribution.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace sim {

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kNormalP99 = 2.3263478740408411;  // the standard normal's 99th percentile
constexpr double kSqrt2 = 1.4142135623730951;
constexpr double kSqrt2Pi = 2.5066282746310002;

// Lanczos' approximation, g = 7, n = 9 (about 15 digits), with our own log and exp: the C library's
// gamma function differs between machines.
double log_gamma(double x) {
    constexpr double kTerms[] = {0.99999999999980993,  676.5203681218851,     -1259.1392167224028,
                                 771.32342877765313,   -176.61502916214059,   12.507343278686905,
                                 -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7};
    if (x < 0.5) return log_gamma(x + 1) - log(x);
    x -= 1;
    double sum = kTerms[0];
    for (int term = 1; term < 9; ++term) sum += kTerms[term] / (x + term);
    const double base = x + 7.5;
    return 0.5 * log(2 * 3.14159265358979323846) + (x + 0.5) * log(base) - base + log(sum);
}

// The C library's erfc is good enough here: moments and distribution functions are shown and
// tested, never drawn from.
double normal_cdf(double x) { return 0.5 * std::erfc(-x / kSqrt2); }
double normal_density(double x) { return exp(-0.5 * x * x) / kSqrt2Pi; }

// Regularised lower incomplete gamma: a series, or Lentz's continued fraction.
double gamma_cdf(double shape, double x) {
    if (x <= 0) return 0;
    const double scale = exp(shape * log(x) - x - log_gamma(shape));
    if (x < shape + 1) {
        double term = 1 / shape;
        double sum = term;
        for (int n = 1; n < 10000 && term > sum * 1e-16; ++n) {
            term *= x / (shape + n);
            sum += term;
        }
        return sum * scale;
    }
    double b = x + 1 - shape;
    double c = 1e300;
    double d = 1 / b;
    double fraction = d;
    for (int n = 1; n < 10000; ++n) {
        const double a = -n * (n - shape);
        b += 2;
        d = 1 / (a * d + b);
        c = b + a / c;
        const double change = d * c;
        fraction *= change;
        if (std::abs(change - 1) < 1e-16) break;
    }
    return 1 - scale * fraction;
}

// Marsaglia and Tsang, "A simple method for generating gamma variables" (2000); scale 1.
double sample_gamma(double shape, Draws& draws) {
    if (shape < 1) {
        const double boost = pow(draws.uniform_open(), 1 / shape);
        return boost * sample_gamma(shape + 1, draws);
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / (3 * std::sqrt(d));
    for (;;) {
        const double x = draws.normal();
        const double root = 1 + c * x;
        if (root <= 0) continue;
        const double v = root * root * root;
        const double u = draws.uniform_open();
        if (u < 1 - 0.0331 * x * x * x * x) return d * v;
        if (log(u) < 0.5 * x * x + d * (1 - v + log(v))) return d * v;
    }
}

}  // namespace

struct Distribution::Table {
    std::vector<double> shares;  // cumulative
    std::vector<double> values;  // empirical
    std::vector<Distribution> parts;
};

Distribution Distribution::constant(double value) {
    assert(value >= 0);
    Distribution made;
    made.a_ = value;
    return made;
}

Distribution Distribution::uniform(Uniform range) {
    assert(0 <= range.min && range.min <= range.max);
    Distribution made;
    made.kind_ = Kind::kUniform;
    made.a_ = range.min;
    made.b_ = range.max - range.min;
    return made;
}

Distribution Distribution::exponential(double mean) {
    assert(mean >= 0);
    Distribution made;
    made.kind_ = Kind::kExponential;
    made.a_ = mean;
    return made;
}

Distribution Distribution::normal(Normal uncut) {
    assert(uncut.mean >= 0 && uncut.stddev >= 0);
    if (!(uncut.stddev > 0)) return constant(uncut.mean);
    Distribution made;
    made.kind_ = Kind::kNormal;
    made.a_ = uncut.mean;
    made.b_ = uncut.stddev;
    return made;
}

// With z the normal's 99th percentile: log(p99 / mean) = z sigma - sigma^2 / 2, the smaller root.
Distribution Distribution::lognormal(Lognormal target) {
    assert(lognormal_problem(target).empty());
    const double ratio = log(target.p99 / target.mean);
    const double root = kNormalP99 * kNormalP99 - 2 * ratio;
    const double sigma = kNormalP99 - std::sqrt(std::max(0.0, root));
    return lognormal(LogOfNormal{log(target.mean) - sigma * sigma / 2, sigma});
}

Distribution Distribution::lognormal(LogOfNormal logarithm) {
    Distribution made;
    made.kind_ = Kind::kLognormal;
    made.a_ = logarithm.mu;
    made.b_ = logarithm.sigma;
    return made;
}

std::string_view Distribution::lognormal_problem(Lognormal target) {
    if (!(target.mean > 0)) return "the mean must be above 0";
    if (target.p99 < target.mean) return "p99 is below the mean";
    if (2 * log(target.p99 / target.mean) > kNormalP99 * kNormalP99) {
        return "p99 is above 14.97 times the mean, which no lognormal reaches";
    }
    return {};
}

Distribution Distribution::gamma(Gamma target) {
    assert(target.mean >= 0 && target.shape > 0);
    Distribution made;
    made.kind_ = Kind::kGamma;
    made.a_ = target.mean / target.shape;
    made.b_ = target.shape;
    return made;
}

Distribution Distribution::weibull(Weibull target) {
    assert(target.mean >= 0 && target.shape > 0);
    Distribution made;
    made.kind_ = Kind::kWeibull;
    made.a_ = target.mean / exp(log_gamma(1 + 1 / target.shape));
    made.b_ = target.shape;
    return made;
}

Distribution Distribution::pareto(Pareto tail) {
    assert(tail.min >= 0 && tail.alpha > 0);
    Distribution made;
    made.kind_ = Kind::kPareto;
    made.a_ = tail.min;
    made.b_ = tail.alpha;
    return made;
}

Distribution Distribution::pareto(ParetoMean tail) {
    assert(tail.alpha > 1);
    return pareto(Pareto{tail.mean * (tail.alpha - 1) / tail.alpha, tail.alpha});
}

Distribution Distribution::mixture(std::span<const Part> parts) {
    double total = 0;
    for (const Part& part : parts) total += part.weight;
    assert(total > 0);
    auto table = std::make_shared<Table>();
    double sum = 0;
    for (const Part& part : parts) {
        sum += part.weight;
        table->shares.push_back(sum / total);
        table->parts.push_back(part.values);
    }
    Distribution made;
    made.kind_ = Kind::kMixture;
    made.a_ = 1;
    made.table_ = std::move(table);
    return made;
}

Distribution Distribution::empirical(std::span<const Quantile> quantiles) {
    assert(empirical_problem(quantiles).empty());
    auto table = std::make_shared<Table>();
    for (const Quantile& quantile : quantiles) {
        table->shares.push_back(quantile.share);
        table->values.push_back(quantile.value);
    }
    Distribution made;
    made.kind_ = Kind::kEmpirical;
    made.a_ = 1;
    made.table_ = std::move(table);
    return made;
}

std::string_view Distribution::empirical_problem(std::span<const Quantile> quantiles) {
    if (quantiles.size() < 2) return "at least two quantiles are needed";
    if (quantiles.front().share != 0) return "the first share must be 0";
    if (quantiles.back().share != 1) return "the last share must be 100 %";
    for (std::size_t index = 0; index + 1 < quantiles.size(); ++index) {
        if (!(quantiles[index].share < quantiles[index + 1].share)) return "shares must rise";
        if (quantiles[index].value > quantiles[index + 1].value) return "values must not fall";
    }
    if (quantiles.front().value < 0) return "values must not be negative";
    return {};
}

double Distribution::sample_other(Draws& draws) const {
    switch (kind_) {
        case Kind::kNormal:
            for (;;) {
                const double value = a_ + b_ * draws.normal();
                if (value >= 0) return value;
            }
        case Kind::kGamma:
            return a_ * sample_gamma(b_, draws);
        case Kind::kWeibull:
            return a_ * pow(draws.exponential(), 1 / b_);
        case Kind::kPareto:
            return a_ * pow(draws.uniform_open(), -1 / b_);
        case Kind::kMixture: {
            const double dice = draws.uniform();
            std::size_t part = 0;
            while (part + 1 < table_->shares.size() && dice >= table_->shares[part]) ++part;
            return a_ * table_->parts[part].sample(draws);
        }
        case Kind::kEmpirical: {
            const double share = draws.uniform();
            const auto& shares = table_->shares;
            const auto above = std::upper_bound(shares.begin() + 1, shares.end() - 1, share);
            const auto at = static_cast<std::size_t>(above - shares.begin());
            const double low = table_->values[at - 1];
            const double part = (share - shares[at - 1]) / (shares[at] - shares[at - 1]);
            return a_ * (low + part * (table_->values[at] - low));
        }
        default:
            return sample(draws);
    }
}

double Distribution::mean() const {
    switch (kind_) {
        case Kind::kConstant:
        case Kind::kExponential:
            return a_;
        case Kind::kUniform:
            return a_ + b_ / 2;
        case Kind::kLognormal:
            return exp(a_ + b_ * b_ / 2);
        case Kind::kNormal: {
            const double cut = -a_ / b_;
            return a_ + b_ * normal_density(cut) / (1 - normal_cdf(cut));
        }
        case Kind::kGamma:
            return a_ * b_;
        case Kind::kWeibull:
            return a_ * exp(log_gamma(1 + 1 / b_));
        case Kind::kPareto:
            return b_ > 1 ? a_ * b_ / (b_ - 1) : kInfinite;
        case Kind::kMixture: {
            double sum = 0;
            double before = 0;
            for (std::size_t part = 0; part < table_->parts.size(); ++part) {
                sum += (table_->shares[part] - before) * table_->parts[part].mean();
                before = table_->shares[part];
            }
            return a_ * sum;
        }
        case Kind::kEmpirical: {
            double sum = 0;
            for (std::size_t at = 1; at < table_->shares.size(); ++at) {
                sum += (table_->shares[at] - table_->shares[at - 1]) *
                       (table_->values[at] + table_->values[at - 1]) / 2;
            }
            return a_ * sum;
        }
    }
    return 0;
}

double Distribution::variance() const {
    switch (kind_) {
        case Kind::kConstant:
            return 0;
        case Kind::kExponential:
            return a_ * a_;
        case Kind::kUniform:
            return b_ * b_ / 12;
        case Kind::kLognormal:
            return (exp(b_ * b_) - 1) * exp(2 * a_ + b_ * b_);
        case Kind::kNormal: {
            const double cut = -a_ / b_;
            const double hazard = normal_density(cut) / (1 - normal_cdf(cut));
            return b_ * b_ * (1 + cut * hazard - hazard * hazard);
        }
        case Kind::kGamma:
            return a_ * a_ * b_;
        case Kind::kWeibull: {
            const double first = exp(log_gamma(1 + 1 / b_));
            return a_ * a_ * (exp(log_gamma(1 + 2 / b_)) - first * first);
        }
        case Kind::kPareto:
            if (b_ <= 2) return kInfinite;
            return a_ * a_ * b_ / ((b_ - 1) * (b_ - 1) * (b_ - 2));
        case Kind::kMixture: {
            double square = 0;
            double before = 0;
            for (std::size_t part = 0; part < table_->parts.size(); ++part) {
                const double mean = table_->parts[part].mean();
                square += (table_->shares[part] - before) *
                          (table_->parts[part].variance() + mean * mean);
                before = table_->shares[part];
            }
            return a_ * a_ * square - mean() * mean();
        }
        case Kind::kEmpirical: {
            double square = 0;
            for (std::size_t at = 1; at < table_->shares.size(); ++at) {
                const double low = table_->values[at - 1];
                const double high = table_->values[at];
                square += (table_->shares[at] - table_->shares[at - 1]) *
                          (low * low + low * high + high * high) / 3;
            }
            return a_ * a_ * square - mean() * mean();
        }
    }
    return 0;
}

double Distribution::cdf(double value) const {
    if (value < 0) return 0;
    switch (kind_) {
        case Kind::kConstant:
            return value >= a_ ? 1 : 0;
        case Kind::kExponential:
            return a_ > 0 ? 1 - exp(-value / a_) : 1;
        case Kind::kUniform:
            return b_ > 0 ? std::clamp((value - a_) / b_, 0.0, 1.0) : (value >= a_ ? 1 : 0);
        case Kind::kLognormal:
            return value > 0 ? normal_cdf((log(value) - a_) / b_) : 0;
        case Kind::kNormal: {
            const double cut = normal_cdf(-a_ / b_);
            return (normal_cdf((value - a_) / b_) - cut) / (1 - cut);
        }
        case Kind::kGamma:
            return gamma_cdf(b_, value / a_);
        case Kind::kWeibull:
            return value > 0 ? 1 - exp(-pow(value / a_, b_)) : 0;
        case Kind::kPareto:
            return value > a_ ? 1 - pow(a_ / value, b_) : 0;
        case Kind::kMixture: {
            double sum = 0;
            double before = 0;
            for (std::size_t part = 0; part < table_->parts.size(); ++part) {
                sum += (table_->shares[part] - before) * table_->parts[part].cdf(value / a_);
                before = table_->shares[part];
            }
            return sum;
        }
        case Kind::kEmpirical: {
            const auto& values = table_->values;
            if (value >= a_ * values.back()) return 1;
            if (value < a_ * values.front()) return 0;
            const auto above = std::upper_bound(values.begin(), values.end(), value / a_);
            const auto at = static_cast<std::size_t>(above - values.begin());
            const double part = (value / a_ - values[at - 1]) / (values[at] - values[at - 1]);
            return table_->shares[at - 1] + part * (table_->shares[at] - table_->shares[at - 1]);
        }
    }
    return 0;
}

// Scale parameters multiply; a lognormal's moves by the logarithm.
Distribution Distribution::scaled(double factor) const {
    assert(factor > 0);
    Distribution made = *this;
    if (kind_ == Kind::kLognormal) {
        made.a_ += log(factor);
        return made;
    }
    made.a_ *= factor;
    if (kind_ == Kind::kUniform || kind_ == Kind::kNormal) made.b_ *= factor;
    return made;
}

}  // namespace sim
