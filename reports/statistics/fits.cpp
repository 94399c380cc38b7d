#include "reports/statistics/fits.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "reports/statistics/maximum_likelihood.h"
#include "sim/math.h"
#include "sim/rng.h"

namespace reports {

namespace {

constexpr double kLevel = 0.95;

// What is measured as 0 is less than half of what can be told apart: its middle stands for it.
double measured_as(double value, double resolution) {
    if (!(resolution > 0)) return value;
    const double rounded = std::round(value / resolution) * resolution;
    return rounded > 0 ? rounded : resolution / 4;
}

double log_likelihood_of(const Law& law, const FitSample& sample) {
    double sum = 0;
    for (const double each : sample.values) sum += log_density(law, each);
    return sum;
}

// The means and squares about them of the bootstrap's parameters.
class Spread {
public:
    explicit Spread(std::size_t parameters) : sums_(parameters), squares_(parameters) {}

    void add(const Law& law, const Law& about) {
        ++count_;
        for (std::size_t i = 0; i < sums_.size(); ++i) {
            const double off = law.parameters[i] - about.parameters[i];
            sums_[i] += off;
            squares_[i] += off * off;
        }
    }

    double deviation(std::size_t i) const {
        if (count_ < 2) return 0;
        const double n = static_cast<double>(count_);
        return std::sqrt(std::max(0.0, squares_[i] - sums_[i] * sums_[i] / n) / (n - 1));
    }

private:
    std::size_t count_ = 0;
    std::vector<double> sums_, squares_;
};

class LawFitter {
public:
    LawFitter(const FitSample& sample, const FitOptions& options)
        : sample_(sample),
          options_(options),
          drawn_(std::min(sample.values.size(), options.most_drawn)) {}

    FittedLaw fitted(const Law& law) const {
        FittedLaw result;
        result.law = law;
        const double n = static_cast<double>(sample_.values.size());
        const double parameters = static_cast<double>(law.parameters.size());
        result.log_likelihood = log_likelihood_of(law, sample_);
        result.aic = 2 * parameters - 2 * result.log_likelihood;
        result.bic = sim::log(n) * parameters - 2 * result.log_likelihood;
        result.errors.resize(law.parameters.size());
        if (law.kind == LawKind::constant) return result;
        result.distance = distance_to(distribution_of(law), sample_.values, options_.resolution);
        judge(result);
        return result;
    }

private:
    void judge(FittedLaw& result) const {
        const double n = static_cast<double>(sample_.values.size());
        const double shrink = std::sqrt(static_cast<double>(drawn_) / n);
        Spread spread(result.law.parameters.size());
        std::vector<double> distances = distances_of(result.law, spread);
        if (distances.empty()) return;
        for (double& each : distances) each *= shrink;
        std::ranges::sort(distances);
        const auto at =
            static_cast<std::size_t>(kLevel * static_cast<double>(distances.size() + 1));
        result.critical = distances[std::min(at, distances.size()) - 1];
        const auto below = std::ranges::lower_bound(distances, result.distance);
        const auto above = static_cast<double>(distances.end() - below);
        result.p_value = (above + 1) / (static_cast<double>(distances.size()) + 1);
        for (std::size_t i = 0; i < result.errors.size(); ++i) {
            result.errors[i] = spread.deviation(i) * shrink;
        }
    }

    std::vector<double> distances_of(const Law& law, Spread& spread) const {
        const sim::Distribution from = distribution_of(law);
        const std::uint64_t stream = sim::name_hash(name_of(law.kind));
        std::vector<double> distances;
        for (std::size_t i = 0; i < options_.replications; ++i) {
            sim::Draws draws(sim::request_key(stream, i));
            std::vector<double> values(drawn_);
            for (double& each : values) {
                each = std::max(1e-300, measured_as(from.sample(draws), options_.resolution));
            }
            const FitSample drawn(std::move(values));
            const auto again = most_likely(law.kind, drawn);
            if (!again) continue;
            spread.add(*again, law);
            distances.push_back(
                distance_to(distribution_of(*again), drawn.values, options_.resolution));
        }
        return distances;
    }

    const FitSample& sample_;
    const FitOptions& options_;
    std::size_t drawn_;
};

}  // namespace

// An exact value is a step of the sample's function, of which both ends count. A rounded one stands
// for all that are rounded to it: the two functions are compared at the edges of these.
double distance_to(const sim::Distribution& law, std::span<const double> sorted,
                   double resolution) {
    const double n = static_cast<double>(sorted.size());
    const double half = resolution / 2;
    double most = 0;
    for (std::size_t first = 0, last = 0; first < sorted.size(); first = last) {
        const double value = sorted[first];
        while (last < sorted.size() && sorted[last] == value) ++last;
        const bool is_zero = value < half;
        const double below = law.cdf(is_zero ? 0 : value - half) - static_cast<double>(first) / n;
        const double above = static_cast<double>(last) / n - law.cdf(is_zero ? half : value + half);
        most = std::max({most, below, above});
        if (resolution > 0) most = std::max({most, -below, -above});
    }
    return most;
}

double sample_quantile(std::span<const double> sorted, double share) {
    assert(!sorted.empty());
    const double rank = std::ceil(share * static_cast<double>(sorted.size()) - 1e-9);
    const auto at = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
    return sorted[std::min(at, sorted.size() - 1)];
}

std::vector<sim::Distribution::Quantile> quantiles_of(std::vector<double> values) {
    static constexpr std::array kShares = {0.01, 0.05, 0.1, 0.2,  0.3,  0.4,  0.5,   0.6,
                                           0.7,  0.8,  0.9, 0.95, 0.98, 0.99, 0.995, 0.999};
    assert(!values.empty());
    std::ranges::sort(values);
    std::vector<sim::Distribution::Quantile> result = {{0, values.front()}};
    const double n = static_cast<double>(values.size());
    for (const double share : kShares) {
        if (share * n < 1 || (1 - share) * n < 1) continue;
        result.push_back({share, sample_quantile(values, share)});
    }
    result.push_back({1, values.back()});
    return result;
}

Fits fit_laws(std::vector<double> values, const FitOptions& options) {
    assert(!values.empty());
    Fits fits;
    fits.values = values.size();
    for (double& each : values) {
        if (each > 0) continue;
        ++fits.zeros;
        each = options.resolution / 4;
    }
    // Times that are all 0, or nobody knows how small.
    if (fits.zeros == fits.values || (fits.zeros > 0 && !(options.resolution > 0))) {
        if (fits.zeros == fits.values) {
            fits.laws.push_back({{LawKind::constant, {0}}, {0}});
            return fits;
        }
        for (double& each : values) each = std::max(each, 1e-9);
    }
    const FitSample sample(std::move(values));
    const LawFitter fitter(sample, options);
    for (std::size_t i = 0; i < kLawKinds; ++i) {
        const auto kind = static_cast<LawKind>(i);
        if (const auto law = most_likely(kind, sample)) {
            fits.laws.push_back(fitter.fitted(*law));
        } else {
            fits.left_out.push_back({kind, why_no_fit(kind)});
        }
    }
    std::ranges::stable_sort(
        fits.laws, {}, [](const FittedLaw& each) { return std::pair(!each.fits(), each.bic); });
    return fits;
}

}  // namespace reports
