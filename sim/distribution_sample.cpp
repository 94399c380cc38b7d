// The samplers that are too long to be inline, and the path that picks among them.
#include <algorithm>
#include <cmath>

#include "sim/distribution.h"
#include "sim/distribution_table.h"

namespace sim {
namespace {

double truncated_normal(double mean, double stddev, Draws& draws) {
    for (;;) {
        const double value = mean + stddev * draws.normal();
        if (value >= 0) return value;
    }
}

// Marsaglia and Tsang, "A simple method for generating gamma variables", 2000: a cube of a normal,
// kept nearly always. Scale 1. Below shape 1, from shape + 1 by a power of a uniform.
double standard_gamma(double shape, Draws& draws) {
    if (shape < 1) {
        const double factor = pow(draws.uniform_open(), 1 / shape);
        return factor * standard_gamma(shape + 1, draws);
    }
    const double d = shape - 1.0 / 3;
    const double c = 1 / (3 * std::sqrt(d));
    for (;;) {
        const double x = draws.normal();
        const double root = 1 + c * x;
        if (root <= 0) continue;
        const double cube = root * root * root;
        const double u = draws.uniform_open();
        const double square = x * x;
        if (u < 1 - 0.0331 * square * square) return d * cube;
        if (log(u) < 0.5 * square + d * (1 - cube + log(cube))) return d * cube;
    }
}

// By inversion, not an alias table: then a slightly larger draw never jumps to an unrelated part,
// and two runs with one stream and slightly different weights stay together.
std::size_t pick(const std::vector<double>& shares, double draw) {
    const auto above = std::upper_bound(shares.begin(), shares.end() - 1, draw);
    return static_cast<std::size_t>(above - shares.begin());
}

double between_quantiles(const std::vector<double>& shares, const std::vector<double>& values,
                         double draw) {
    const auto above = std::upper_bound(shares.begin() + 1, shares.end() - 1, draw);
    const auto at = static_cast<std::size_t>(above - shares.begin());
    const double part = (draw - shares[at - 1]) / (shares[at] - shares[at - 1]);
    return values[at - 1] + part * (values[at] - values[at - 1]);
}

}  // namespace

double Distribution::sample_other(Draws& draws) const {
    switch (kind_) {
        case Kind::kNormal:
            return truncated_normal(a_, b_, draws);
        case Kind::kGamma:
            return a_ * standard_gamma(b_, draws);
        case Kind::kWeibull:
            return a_ * pow(draws.exponential(), 1 / b_);
        case Kind::kPareto:
            return a_ * pow(draws.uniform_open(), -1 / b_);
        case Kind::kMixture:
            return a_ * table_->parts[pick(table_->shares, draws.uniform())].sample(draws);
        case Kind::kEmpirical:
            return a_ * between_quantiles(table_->shares, table_->values, draws.uniform());
        default:
            return sample(draws);
    }
}

}  // namespace sim
