#include "reports/statistics/fits.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <set>

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

// The least or the largest of n values is as near to the law's end as 1 / n, not as its root.
bool is_end_of_range(LawKind kind, std::size_t parameter) {
    return kind == LawKind::uniform || (kind == LawKind::pareto && parameter == 0);
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
            const bool is_end = is_end_of_range(result.law.kind, i);
            result.errors[i] = spread.deviation(i) * (is_end ? shrink * shrink : shrink);
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

// Few quantiles of sorted values between which a straight line is near all of them: beginning with
// those that people ask for, what the line is furthest from is added, again and again.
class QuantileChooser {
public:
    explicit QuantileChooser(std::span<const double> sorted) : sorted_(sorted) {}

    std::vector<sim::Distribution::Quantile> chosen() {
        static constexpr std::array kAsked = {0.5, 0.9, 0.95, 0.99, 0.999};
        const std::size_t n = sorted_.size();
        ranks_ = {n};
        for (const double share : kAsked) {
            const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(n)));
            if (rank > 1 && rank < n) ranks_.insert(rank);
        }
        while (ranks_.size() < kMostQuantiles) {
            const std::size_t worst = furthest();
            if (worst == 0) break;
            ranks_.insert(worst);
        }
        std::vector<sim::Distribution::Quantile> result = {{0, sorted_.front()}};
        for (const std::size_t rank : ranks_) {
            result.push_back({share_of(rank), sorted_[rank - 1]});
        }
        return result;
    }

private:
    static constexpr std::size_t kMostQuantiles = 40;
    static constexpr double kNear = 0.005;

    double share_of(std::size_t rank) const {
        return static_cast<double>(rank) / static_cast<double>(sorted_.size());
    }

    // The rank whose value the line gives a share that is furthest off; 0: none is far.
    std::size_t furthest() const {
        double most = kNear;
        std::size_t worst = 0;
        double share = 0;
        double value = sorted_.front();
        std::size_t begin = 1;
        for (const std::size_t end : ranks_) {
            const double slope = (share_of(end) - share) / (sorted_[end - 1] - value);
            for (std::size_t rank = begin; rank < end && sorted_[end - 1] > value; ++rank) {
                const double line = share + (sorted_[rank - 1] - value) * slope;
                const double off = std::abs(share_of(rank) - line);
                if (off > most) {
                    most = off;
                    worst = rank;
                }
            }
            share = share_of(end);
            value = sorted_[end - 1];
            begin = end + 1;
        }
        return worst;
    }

    std::span<const double> sorted_;
    std::set<std::size_t> ranks_;
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
    assert(!values.empty());
    std::ranges::sort(values);
    return QuantileChooser(values).chosen();
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
