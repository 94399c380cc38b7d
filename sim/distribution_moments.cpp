// Mean, variance and distribution function of each kind, in closed form.
#include <algorithm>
#include <limits>

#include "sim/distribution.h"
#include "sim/distribution_table.h"
#include "sim/special.h"

namespace sim {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

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
            return a_ + b_ * normal_density(cut) / normal_cdf(-cut);
        }
        case Kind::kGamma:
            return a_ * b_;
        case Kind::kWeibull:
            return a_ * exp(log_gamma(1 + 1 / b_));
        case Kind::kPareto:
            return b_ > 1 ? a_ * b_ / (b_ - 1) : kInfinity;
        case Kind::kMixture: {
            double sum = 0;
            for (std::size_t i = 0; i < table_->parts.size(); ++i)
                if (table_->weight(i) > 0) sum += table_->weight(i) * table_->parts[i].mean();
            return a_ * sum;
        }
        case Kind::kEmpirical: {
            double sum = 0;
            for (std::size_t i = 1; i < table_->shares.size(); ++i)
                sum += table_->weight(i) * (table_->values[i] + table_->values[i - 1]) / 2;
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
            return expm1(b_ * b_) * exp(2 * a_ + b_ * b_);
        case Kind::kNormal: {
            const double cut = -a_ / b_;
            const double hazard = normal_density(cut) / normal_cdf(-cut);
            return b_ * b_ * (1 + cut * hazard - hazard * hazard);
        }
        case Kind::kGamma:
            return a_ * a_ * b_;
        case Kind::kWeibull: {
            const double first = exp(log_gamma(1 + 1 / b_));
            return a_ * a_ * (exp(log_gamma(1 + 2 / b_)) - first * first);
        }
        case Kind::kPareto:
            if (b_ <= 2) return kInfinity;
            return a_ * a_ * b_ / ((b_ - 1) * (b_ - 1) * (b_ - 2));
        case Kind::kMixture: {
            // Within the parts, and of their means around the whole's: no cancellation.
            const double whole = mean() / a_;
            double sum = 0;
            for (std::size_t i = 0; i < table_->parts.size(); ++i) {
                if (!(table_->weight(i) > 0)) continue;
                const Distribution& part = table_->parts[i];
                const double off = part.mean() - whole;
                sum += table_->weight(i) * (part.variance() + off * off);
            }
            return whole < kInfinity ? a_ * a_ * sum : kInfinity;
        }
        case Kind::kEmpirical: {
            const double whole = mean() / a_;
            double sum = 0;
            for (std::size_t i = 1; i < table_->shares.size(); ++i) {
                const double low = table_->values[i - 1] - whole, high = table_->values[i] - whole;
                sum += table_->weight(i) * (low * low + low * high + high * high) / 3;
            }
            return a_ * a_ * sum;
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
        case Kind::kNormal:
            return 1 - normal_cdf((a_ - value) / b_) / normal_cdf(a_ / b_);
        case Kind::kGamma:
            return gamma_cdf(b_, value / a_);
        case Kind::kWeibull:
            return value > 0 ? 1 - exp(-pow(value / a_, b_)) : 0;
        case Kind::kPareto:
            return value > a_ ? 1 - pow(a_ / value, b_) : 0;
        case Kind::kMixture: {
            double sum = 0;
            for (std::size_t i = 0; i < table_->parts.size(); ++i)
                sum += table_->weight(i) * table_->parts[i].cdf(value / a_);
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

}  // namespace sim
