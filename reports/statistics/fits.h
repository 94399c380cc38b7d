// Which laws fit a sample, and how well.
//
// How far the sample's distribution function is from the law's at most (Kolmogorov and Smirnov's
// distance) is held against the distances of samples that are drawn from the law itself and fitted
// in their turn (parametric bootstrap; Stute, Gonzalez Manteiga and Presedo Quindimil, "Bootstrap
// based goodness-of-fit-tests", Metrika 40, 1993): tables of the distance do not hold where the
// parameters come from the same sample (Lilliefors, JASA 62, 1967). Samples of the bootstrap have
// at most `most_drawn` values; their distances shrink with the root of their size.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/statistics/law.h"

namespace reports {

struct FitOptions {
    double resolution = 0;           // values are multiples of it; with 0 they are exact
    std::size_t replications = 199;  // of the bootstrap
    std::size_t most_drawn = 500;
};

struct FittedLaw {
    Law law{};
    std::vector<double> errors{};  // standard errors of the parameters, by the bootstrap
    double log_likelihood = 0;
    double aic = 0;       // Akaike's criterion: 2 parameters - 2 log-likelihood
    double bic = 0;       // Schwarz': log(n) parameters - 2 log-likelihood
    double distance = 0;  // Kolmogorov and Smirnov's
    double critical = 0;  // 95 % of samples of this law have a smaller one
    double p_value = 1;   // share of samples of this law with one as large

    bool fits() const { return distance <= critical; }
};

struct NoFit {
    LawKind kind = LawKind::constant;
    std::string_view why{};
};

struct Fits {
    std::size_t values = 0;
    std::size_t zeros = 0;          // taken as a quarter of the resolution
    std::vector<FittedLaw> laws{};  // the best of those that fit first, then by BIC
    std::vector<NoFit> left_out{};

    // Of those that fit the one with the least BIC, which finds the simpler of two nested laws as
    // surely as the sample is large (Schwarz, "Estimating the dimension of a model", 1978).
    const FittedLaw* best() const {
        return !laws.empty() && laws.front().fits() ? &laws.front() : nullptr;
    }
};

// Values are at least 0; there is at least one. The same values have the same fits, always.
Fits fit_laws(std::vector<double> values, const FitOptions& options);

// Of sorted values, against a law; of multiples of `resolution`, 0 being a quarter of it.
double distance_to(const sim::Distribution& law, std::span<const double> sorted,
                   double resolution = 0);

// The sample's own quantiles, for an empirical distribution: at most 41 from its least to its
// largest value, between which a straight line is within half a percent of all values' shares,
// where that many are enough.
std::vector<sim::Distribution::Quantile> quantiles_of(std::vector<double> values);

// The least value that a share of sorted values do not exceed.
double sample_quantile(std::span<const double> sorted, double share);

}  // namespace reports
