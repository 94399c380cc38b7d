#include "reports/statistics/law.h"

#include <array>
#include <cassert>
#include <cmath>

#include "sim/math.h"
#include "sim/special.h"

namespace reports {

namespace {

constexpr double kHalfLogTwoPi = 0.91893853320467274;

constexpr std::array<std::string_view, 1> kConstantNames = {"value"};
constexpr std::array<std::string_view, 2> kUniformNames = {"min", "max"};
constexpr std::array<std::string_view, 1> kExponentialNames = {"mean"};
constexpr std::array<std::string_view, 2> kNormalNames = {"mean", "stddev"};
constexpr std::array<std::string_view, 2> kLognormalNames = {"mu", "sigma"};
constexpr std::array<std::string_view, 2> kShapedNames = {"mean", "shape"};
constexpr std::array<std::string_view, 2> kParetoNames = {"min", "alpha"};
constexpr std::array<std::string_view, 3> kTwoExponentialsNames = {"share", "mean_1", "mean_2"};
constexpr std::array<std::string_view, 5> kTwoLognormalsNames = {"share", "mu_1", "sigma_1", "mu_2",
                                                                 "sigma_2"};

struct LawRow {
    std::string_view name;
    std::span<const std::string_view> parameters;
};

constexpr std::array<LawRow, kLawKinds> kLaws = {LawRow{"constant", kConstantNames},
                                                 LawRow{"uniform", kUniformNames},
                                                 LawRow{"exponential", kExponentialNames},
                                                 LawRow{"normal", kNormalNames},
                                                 LawRow{"lognormal", kLognormalNames},
                                                 LawRow{"gamma", kShapedNames},
                                                 LawRow{"weibull", kShapedNames},
                                                 LawRow{"pareto", kParetoNames},
                                                 LawRow{"hyperexponential", kTwoExponentialsNames},
                                                 LawRow{"two_lognormals", kTwoLognormalsNames}};

const LawRow& row(LawKind kind) {
    return kLaws[static_cast<std::size_t>(kind)];
}

double log_normal_density(double z, double sigma) {
    return -0.5 * z * z - sim::log(sigma) - kHalfLogTwoPi;
}

double log_exponential_density(double mean, double x) {
    return -x / mean - sim::log(mean);
}

double log_of_sum(double share, double first, double second) {
    const double larger = first > second ? first : second;
    return larger +
           sim::log(share * sim::exp(first - larger) + (1 - share) * sim::exp(second - larger));
}

double weibull_scale(const std::vector<double>& p) {
    return p[0] / sim::exp(sim::log_gamma(1 + 1 / p[1]));
}

}  // namespace

std::string_view name_of(LawKind kind) {
    return row(kind).name;
}

std::span<const std::string_view> parameter_names(LawKind kind) {
    return row(kind).parameters;
}

sim::Distribution distribution_of(const Law& law) {
    using sim::Distribution;
    const std::vector<double>& p = law.parameters;
    switch (law.kind) {
        case LawKind::constant:
            return Distribution::constant(p[0]);
        case LawKind::uniform:
            return Distribution::uniform({p[0], p[1]});
        case LawKind::exponential:
            return Distribution::exponential(p[0]);
        case LawKind::normal:
            return Distribution::normal({p[0], p[1]});
        case LawKind::lognormal:
            return Distribution::lognormal(Distribution::LogOfNormal{p[0], p[1]});
        case LawKind::gamma:
            return Distribution::gamma({p[0], p[1]});
        case LawKind::weibull:
            return Distribution::weibull({p[0], p[1]});
        case LawKind::pareto:
            return Distribution::pareto(Distribution::Pareto{p[0], p[1]});
        case LawKind::hyperexponential: {
            const std::array parts = {
                Distribution::Part{p[0], Distribution::exponential(p[1])},
                Distribution::Part{1 - p[0], Distribution::exponential(p[2])}};
            return Distribution::mixture(parts);
        }
        case LawKind::two_lognormals: {
            using LogOfNormal = Distribution::LogOfNormal;
            const std::array parts = {
                Distribution::Part{p[0], Distribution::lognormal(LogOfNormal{p[1], p[2]})},
                Distribution::Part{1 - p[0], Distribution::lognormal(LogOfNormal{p[3], p[4]})}};
            return Distribution::mixture(parts);
        }
    }
    return {};
}

double log_density(const Law& law, double x) {
    const std::vector<double>& p = law.parameters;
    switch (law.kind) {
        case LawKind::constant:
            return 0;
        case LawKind::uniform:
            return -sim::log(p[1] - p[0]);
        case LawKind::exponential:
            return log_exponential_density(p[0], x);
        case LawKind::normal:
            return log_normal_density((x - p[0]) / p[1], p[1]) -
                   sim::log(sim::normal_cdf(p[0] / p[1]));
        case LawKind::lognormal: {
            const double log = sim::log(x);
            return log_normal_density((log - p[0]) / p[1], p[1]) - log;
        }
        case LawKind::gamma: {
            const double scale = p[0] / p[1];
            return (p[1] - 1) * sim::log(x / scale) - x / scale - sim::log(scale) -
                   sim::log_gamma(p[1]);
        }
        case LawKind::weibull: {
            const double scale = weibull_scale(p);
            const double log = sim::log(x / scale);
            return sim::log(p[1] / scale) + (p[1] - 1) * log - sim::exp(p[1] * log);
        }
        case LawKind::pareto:
            return sim::log(p[1] / p[0]) - (p[1] + 1) * sim::log(x / p[0]);
        case LawKind::hyperexponential:
            return log_of_sum(p[0], log_exponential_density(p[1], x),
                              log_exponential_density(p[2], x));
        case LawKind::two_lognormals: {
            const double log = sim::log(x);
            return log_of_sum(p[0], log_normal_density((log - p[1]) / p[2], p[2]),
                              log_normal_density((log - p[3]) / p[4], p[4])) -
                   log;
        }
    }
    return 0;
}

double quantile_of(const Law& law, double share) {
    assert(share > 0 && share < 1);
    const sim::Distribution distribution = distribution_of(law);
    if (distribution.is_constant()) return distribution.mean();
    double high = law.parameters[0] > 0 ? law.parameters[0] : 1;
    while (distribution.cdf(high) < share && high < 1e300) high *= 2;
    double low = high;
    while (distribution.cdf(low) >= share && low > 1e-300) low /= 2;
    for (int i = 0; i < 60 && high - low > 1e-13 * high; ++i) {
        const double middle = low + (high - low) / 2;
        (distribution.cdf(middle) < share ? low : high) = middle;
    }
    return high;
}

}  // namespace reports
