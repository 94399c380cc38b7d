// By expectation and maximisation (Dempster, Laird and Rubin, "Maximum likelihood from incomplete
// data via the EM algorithm", 1977): each value belongs to either part by the odds under the laws
// as they are; the laws then become those of their parts.
#include "reports/statistics/mixtures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "sim/math.h"

namespace reports {

namespace {

constexpr int kMostRounds = 400;
constexpr int kTrialRounds = 15;
constexpr double kSettled = 1e-7;  // of the log-likelihood of a value

// What the values of one part sum to, each counted by its odds of belonging there.
struct PartSums {
    double weight = 0, values = 0, squares = 0;

    void add(double odds, double value) {
        weight += odds;
        values += odds * value;
        squares += odds * value * value;
    }
    double mean() const { return values / weight; }
};

// Odds of the first part, and the log-likelihood that is summed on the way.
struct Odds {
    double first = 0;
    double log_likelihood = 0;
};

Odds odds_of(double share, double log_first, double log_second) {
    const double larger = std::max(log_first, log_second);
    const double first = share * sim::exp(log_first - larger);
    const double second = (1 - share) * sim::exp(log_second - larger);
    return {first / (first + second), larger + sim::log(first + second)};
}

struct Exponentials {
    double share = 0.5, first = 0, second = 0;

    // The log-likelihood before it.
    double round(const FitSample& sample) {
        PartSums a;
        PartSums b;
        double sum = 0;
        const double log_first = sim::log(first);
        const double log_second = sim::log(second);
        for (const double x : sample.values) {
            const Odds odds = odds_of(share, -x / first - log_first, -x / second - log_second);
            a.add(odds.first, x);
            b.add(1 - odds.first, x);
            sum += odds.log_likelihood;
        }
        share = a.weight / (a.weight + b.weight);
        first = a.mean();
        second = b.mean();
        return sum;
    }
};

struct Lognormals {
    double share = 0.5, mu_1 = 0, sigma_1 = 1, mu_2 = 0, sigma_2 = 1;

    double round(const FitSample& sample) {
        PartSums a;
        PartSums b;
        double sum = 0;
        const double scale_1 = sim::log(sigma_1);
        const double scale_2 = sim::log(sigma_2);
        for (const double log : sample.logs) {
            const double z_1 = (log - mu_1) / sigma_1;
            const double z_2 = (log - mu_2) / sigma_2;
            const Odds odds =
                odds_of(share, -0.5 * z_1 * z_1 - scale_1, -0.5 * z_2 * z_2 - scale_2);
            a.add(odds.first, log);
            b.add(1 - odds.first, log);
            sum += odds.log_likelihood;
        }
        share = a.weight / (a.weight + b.weight);
        mu_1 = a.mean();
        mu_2 = b.mean();
        sigma_1 = sigma_of(a);
        sigma_2 = sigma_of(b);
        return sum;
    }

    static double sigma_of(const PartSums& part) {
        return std::sqrt(std::max(1e-12, part.squares / part.weight - part.mean() * part.mean()));
    }

    // A part that has shrunk to a few values is likelier than any, and says nothing.
    bool is_sound(const FitSample& sample) const {
        const double least =
            std::max(0.01, std::min(0.2, 20.0 / static_cast<double>(sample.values.size())));
        const double narrow = 0.02 * std::sqrt(sample.variance_log);
        return share > least && share < 1 - least && sigma_1 > narrow && sigma_2 > narrow;
    }
};

template <class Parts>
double rounds(Parts& parts, const FitSample& sample, int most) {
    double last = parts.round(sample);
    for (int i = 1; i < most; ++i) {
        const double now = parts.round(sample);
        const bool is_there =
            std::abs(now - last) < kSettled * static_cast<double>(sample.values.size());
        last = now;
        // A slow climb may look settled: what it would still gain is bounded by the next rounds.
        if (is_there && i > kTrialRounds) break;
    }
    return last;
}

// The part of the sorted logarithms below a cut, and the rest.
Lognormals split(const FitSample& sample, double at) {
    const std::size_t n = sample.logs.size();
    const auto cut =
        std::clamp<std::size_t>(static_cast<std::size_t>(at * static_cast<double>(n)), 1, n - 1);
    PartSums a;
    PartSums b;
    for (std::size_t i = 0; i < n; ++i) (i < cut ? a : b).add(1, sample.logs[i]);
    const double narrow = 0.05 * std::sqrt(sample.variance_log);
    return {a.weight / static_cast<double>(n), a.mean(), std::max(narrow, Lognormals::sigma_of(a)),
            b.mean(), std::max(narrow, Lognormals::sigma_of(b))};
}

}  // namespace

// It begins with the two of equal load that have the sample's mean and variance (balanced means;
// Whitt, "Approximating a point process by a renewal process", Operations Research 30, 1982).
std::optional<Law> most_likely_hyperexponential(const FitSample& sample) {
    const double squared = sample.variance / (sample.mean * sample.mean);
    if (sample.values.size() < 20 || !(squared > 1)) return std::nullopt;
    const double share = 0.5 * (1 + std::sqrt((squared - 1) / (squared + 1)));
    Exponentials parts{share, sample.mean / (2 * share), sample.mean / (2 * (1 - share))};
    rounds(parts, sample, kMostRounds);
    if (parts.first > parts.second) {
        parts = {1 - parts.share, parts.second, parts.first};
    }
    if (!(parts.share > 0 && parts.share < 1 && parts.first > 0 &&
          parts.second > 1.001 * parts.first)) {
        return std::nullopt;
    }
    return Law{LawKind::hyperexponential, {parts.share, parts.first, parts.second}};
}

// The likelihood has several maxima: the best after a few rounds from several cuts is gone on with.
std::optional<Law> most_likely_two_lognormals(const FitSample& sample) {
    if (sample.values.size() < 50) return std::nullopt;
    std::optional<Lognormals> best;
    double most = 0;
    for (const double at : {0.1, 0.3, 0.5, 0.7, 0.9, 0.97}) {
        Lognormals parts = split(sample, at);
        const double likelihood = rounds(parts, sample, kTrialRounds);
        if (!parts.is_sound(sample) || (best && likelihood <= most)) continue;
        most = likelihood;
        best = parts;
    }
    if (!best) return std::nullopt;
    rounds(*best, sample, kMostRounds);
    if (!best->is_sound(sample) || best->sigma_1 > kWidestLogOfTime ||
        best->sigma_2 > kWidestLogOfTime) {
        return std::nullopt;
    }
    if (best->mu_1 > best->mu_2) {
        *best = {1 - best->share, best->mu_2, best->sigma_2, best->mu_1, best->sigma_1};
    }
    return Law{LawKind::two_lognormals,
               {best->share, best->mu_1, best->sigma_1, best->mu_2, best->sigma_2}};
}

}  // namespace reports
