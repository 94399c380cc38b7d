#include "sim/distribution.h"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "sim/alias_table.h"
#include "sim/fingerprint.h"
#include "sim/zipf.h"
#include "tests/support/statistics.h"

using sim::Distribution;
using sim::Draws;

namespace {

constexpr int kDraws = 200'000;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Case {
    std::string name;
    Distribution distribution;
    bool moments = true;  // whether the sample's mean and variance settle in kDraws
};

std::vector<Case> continuous() {
    const std::vector<Distribution::Quantile> quantiles = {
        {0, 0.001}, {0.5, 0.004}, {0.9, 0.010}, {0.99, 0.020}, {1, 0.5}};
    const std::vector<Distribution::Part> parts = {{0.7, Distribution::exponential(0.001)},
                                                   {0, Distribution::constant(9)},
                                                   {0.2, Distribution::uniform({0.01, 0.02})},
                                                   {0.1, Distribution::gamma({0.5, 20})}};
    return {{"uniform", Distribution::uniform({2, 5})},
            {"exponential", Distribution::exponential(0.004)},
            {"normal far from zero", Distribution::normal({10, 1})},
            {"normal cut", Distribution::normal({1, 1})},
            {"normal cut in half", Distribution::normal({0, 2})},
            {"lognormal", Distribution::lognormal({.mean = 0.004, .p99 = 0.020})},
            {"lognormal, narrow", Distribution::lognormal({.mean = 1, .p99 = 1.001})},
            {"lognormal, widest", Distribution::lognormal({.mean = 1, .p99 = 14.96}), false},
            {"gamma, shape 0.3", Distribution::gamma({2, 0.3})},
            {"gamma, shape 1", Distribution::gamma({2, 1})},
            {"gamma, shape 50", Distribution::gamma({2, 50})},
            {"weibull, shape 0.6", Distribution::weibull({0.003, 0.6})},
            {"weibull, shape 1", Distribution::weibull({0.003, 1})},
            {"weibull, shape 8", Distribution::weibull({0.003, 8})},
            {"pareto, alpha 5", Distribution::pareto(Distribution::Pareto{1, 5})},
            {"pareto, alpha 1.2", Distribution::pareto(Distribution::ParetoMean{1, 1.2}), false},
            {"pareto, alpha 0.8", Distribution::pareto(Distribution::Pareto{1, 0.8}), false},
            {"mixture", Distribution::mixture(parts)},
            {"empirical", Distribution::empirical(quantiles)},
            {"scaled", Distribution::lognormal({.mean = 1, .p99 = 3}).scaled(250)},
            {"scaled mixture", Distribution::mixture(parts).scaled(3)},
            {"scaled empirical", Distribution::empirical(quantiles).scaled(1e-3)},
            {"scaled weibull", Distribution::weibull({1, 2}).scaled(7)}};
}

std::vector<double> sample(const Distribution& distribution, std::uint64_t seed) {
    Draws draws(seed);
    std::vector<double> values;
    for (int i = 0; i < kDraws; ++i) values.push_back(distribution.sample(draws));
    return values;
}

struct Moments {
    double mean = 0, mean_error = 0, variance = 0, variance_error = 0;
};

// The standard errors come from the sample's own second and fourth moments.
Moments moments(const std::vector<double>& values) {
    const auto n = static_cast<double>(values.size());
    double sum = 0, second = 0, fourth = 0;
    for (const double value : values) sum += value;
    const double mean = sum / n;
    for (const double value : values) {
        const double square = (value - mean) * (value - mean);
        second += square / n;
        fourth += square * square / n;
    }
    return {mean, std::sqrt(second / n), second, std::sqrt((fourth - second * second) / n)};
}

}  // namespace

// 4.5 standard errors: below 10^-5 a check. The variance of a heavy tail has a skewed error of its
// own, which 6 of its (estimated) standard errors cover.
TEST_CASE("samples have the mean and the variance their distribution declares") {
    for (const Case& each : continuous()) {
        CAPTURE(each.name);
        if (!each.moments) continue;
        for (const std::uint64_t seed : {1u, 2u, 3u}) {
            const Moments found = moments(sample(each.distribution, seed));
            CHECK(std::abs(found.mean - each.distribution.mean()) < 4.5 * found.mean_error);
            CHECK(std::abs(found.variance - each.distribution.variance()) <
                  6 * found.variance_error);
        }
    }
}

TEST_CASE("samples follow their distribution function (Kolmogorov-Smirnov at 10^-4)") {
    for (const Case& each : continuous()) {
        CAPTURE(each.name);
        for (const std::uint64_t seed : {1u, 2u, 3u}) {
            const auto cdf = [&](double value) { return each.distribution.cdf(value); };
            CHECK(support::kolmogorov_smirnov(sample(each.distribution, seed), cdf) < 2.23);
        }
    }
}

// The mean is the integral of 1 - cdf: joins two closed forms that are written separately.
TEST_CASE("mean and distribution function agree") {
    for (const Case& each : continuous()) {
        CAPTURE(each.name);
        if (!each.moments) continue;
        const double mean = each.distribution.mean();
        const double step = 1e-3;
        double integral = 0;
        for (double log_x = -20; log_x < 12; log_x += step) {
            const double x = mean * std::exp(log_x + step / 2);
            integral += (1 - each.distribution.cdf(x)) * x * step;
        }
        CHECK(integral == doctest::Approx(mean).epsilon(1e-4));
    }
}

TEST_CASE("the ziggurats' exponential and normal have the right tails") {
    // Beyond the last box: 4.5 and 2.6 of 10^4, 0 of it from a table that ends there.
    Draws draws(9);
    constexpr int kMany = 4'000'000;
    double exponential_tail = 0, left = 0, right = 0;
    for (int i = 0; i < kMany; ++i) {
        exponential_tail += draws.exponential() > 8;
        const double x = draws.normal();
        left += x < -3.7;
        right += x > 3.7;
    }
    const double exponential_share = std::exp(-8.0) * kMany;
    const double normal_share = 0.5 * std::erfc(3.7 / std::sqrt(2)) * kMany;
    CHECK(std::abs(exponential_tail - exponential_share) < 4.2 * std::sqrt(exponential_share));
    CHECK(std::abs(left - normal_share) < 4.2 * std::sqrt(normal_share));
    CHECK(std::abs(right - normal_share) < 4.2 * std::sqrt(normal_share));
}

TEST_CASE("a lognormal has the mean and the 99th percentile asked for") {
    for (const double ratio : {1.0001, 1.5, 3.0, 8.0, 14.96}) {
        CAPTURE(ratio);
        const auto made = Distribution::lognormal({.mean = 0.004, .p99 = 0.004 * ratio});
        CHECK(made.mean() == doctest::Approx(0.004).epsilon(1e-12));
        CHECK(made.cdf(0.004 * ratio) == doctest::Approx(0.99).epsilon(1e-9));
    }
    CHECK(Distribution::lognormal({.mean = 2, .p99 = 2}).variance() == 0);
}

TEST_CASE("targets without a solution are named") {
    CHECK(Distribution::lognormal_problem({.mean = 1, .p99 = 14.96}).empty());
    CHECK(!Distribution::lognormal_problem({.mean = 1, .p99 = 14.98}).empty());
    CHECK(!Distribution::lognormal_problem({.mean = 1, .p99 = 0.9}).empty());
    CHECK(!Distribution::lognormal_problem({.mean = 0, .p99 = 0}).empty());
    CHECK(!Distribution::lognormal_problem({.mean = 1, .p99 = kInfinity}).empty());
    using Quantiles = std::vector<Distribution::Quantile>;
    CHECK(Distribution::empirical_problem(Quantiles{{0, 1}, {1, 1}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0, 1}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0.1, 1}, {1, 2}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0, 1}, {0.9, 2}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0, 2}, {1, 1}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0, -1}, {1, 1}}).empty());
    CHECK(!Distribution::empirical_problem(Quantiles{{0, 1}, {0.5, 2}, {0.5, 3}, {1, 4}}).empty());
    using Parts = std::vector<Distribution::Part>;
    CHECK(Distribution::mixture_problem(Parts{{1, {}}, {0, {}}}).empty());
    CHECK(!Distribution::mixture_problem(Parts{}).empty());
    CHECK(!Distribution::mixture_problem(Parts{{0, {}}}).empty());
    CHECK(!Distribution::mixture_problem(Parts{{2, {}}, {-1, {}}}).empty());
}

TEST_CASE("the cut normal's mean is above the one given") {
    // Half a normal: sqrt(2 / pi). In general mean + stddev phi(a) / Phi(a) with a = mean / stddev.
    CHECK(Distribution::normal({0, 1}).mean() == doctest::Approx(std::sqrt(2 / 3.14159265358979)));
    CHECK(Distribution::normal({1, 0.42}).mean() == doctest::Approx(1.0099).epsilon(1e-4));
    CHECK(Distribution::normal({5, 0}).mean() == 5);
}

TEST_CASE("heavy tails have infinite moments") {
    CHECK(Distribution::pareto(Distribution::Pareto{1, 1}).mean() == kInfinity);
    CHECK(Distribution::pareto(Distribution::Pareto{1, 2}).variance() == kInfinity);
    CHECK(Distribution::pareto(Distribution::ParetoMean{3, 1.5}).mean() == doctest::Approx(3));
    const std::vector<Distribution::Part> parts = {
        {1, Distribution::constant(1)}, {1, Distribution::pareto(Distribution::Pareto{1, 0.5})}};
    CHECK(Distribution::mixture(parts).mean() == kInfinity);
    CHECK(Distribution::mixture(parts).variance() == kInfinity);
}

TEST_CASE("bimodal is a mixture of two constants") {
    const std::vector<Distribution::Part> parts = {{0.9, Distribution::constant(0.001)},
                                                   {0.1, Distribution::constant(0.1)}};
    const auto bimodal = Distribution::mixture(parts);
    Draws draws(1);
    int slow = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double value = bimodal.sample(draws);
        CHECK((value == 0.001 || value == 0.1));
        slow += value == 0.1;
    }
    CHECK(std::abs(slow - 0.1 * kDraws) < 4.2 * std::sqrt(0.09 * kDraws));
    CHECK(bimodal.mean() == doctest::Approx(0.0109));
    CHECK(bimodal.cdf(0.01) == doctest::Approx(0.9));
}

TEST_CASE("a constant is itself, and durations are seconds") {
    Draws draws(1);
    CHECK(Distribution().sample(draws) == 0);
    CHECK(Distribution::constant(0.25).sample_duration(draws) == std::chrono::milliseconds(250));
    CHECK(Distribution::constant(2).scaled(1.5).mean() == 3);
    CHECK(Distribution::gamma({0, 2}).mean() == 0);
    CHECK(Distribution::weibull({0, 2}).mean() == 0);
}

TEST_CASE("a scaled distribution draws scaled values from the same chances") {
    for (const Case& each : continuous()) {
        CAPTURE(each.name);
        const Distribution twice = each.distribution.scaled(2);
        Draws plain(5), scaled(5);
        for (int i = 0; i < 1000; ++i)
            CHECK(twice.sample(scaled) ==
                  doctest::Approx(2 * each.distribution.sample(plain)).epsilon(1e-12));
        if (!each.moments) continue;
        CHECK(twice.mean() == doctest::Approx(2 * each.distribution.mean()));
        CHECK(twice.variance() == doctest::Approx(4 * each.distribution.variance()));
    }
}

TEST_CASE("samples are the same in every build") {
    sim::Fingerprint fingerprint;
    for (const Case& each : continuous()) {
        for (const double value : sample(each.distribution, 77))
            fingerprint.add(std::bit_cast<std::uint64_t>(value));
        fingerprint.add(std::bit_cast<std::uint64_t>(each.distribution.mean()));
        fingerprint.add(std::bit_cast<std::uint64_t>(each.distribution.variance()));
    }
    Draws draws(78);
    for (const double exponent : {0.0, 0.7, 1.0, 1.5}) {
        const sim::Zipf zipf({1'000'000, exponent});
        for (int i = 0; i < 10'000; ++i) fingerprint.add(zipf.sample(draws));
    }
    CHECK(fingerprint.hex() == "e41f0b7cc925eca6");
}

TEST_CASE("Zipf ranks have probability k^-s / sum (chi-square at 10^-4)") {
    for (const double exponent : {0.0, 0.3, 0.8, 0.99, 1.0, 1.01, 1.5, 3.0}) {
        for (const std::uint64_t ranks : {1u, 2u, 3u, 10u, 1000u}) {
            CAPTURE(exponent);
            CAPTURE(ranks);
            const sim::Zipf zipf({ranks, exponent});
            std::vector<double> expected;
            double sum = 0;
            for (std::uint64_t rank = 1; rank <= ranks; ++rank) {
                expected.push_back(std::pow(static_cast<double>(rank), -exponent));
                sum += expected.back();
            }
            for (double& probability : expected) probability /= sum;
            std::vector<std::uint64_t> counts(ranks);
            Draws draws(ranks);
            for (int i = 0; i < kDraws; ++i) ++counts.at(zipf.sample(draws) - 1);
            if (ranks > 1) CHECK(std::abs(support::chi_square_sigmas(counts, expected)) < 3.72);
        }
    }
}

// Of 10^9 ranks with s = 1, each decade has nearly the same share: H(10^k) = k ln 10 + 0.5772.
TEST_CASE("Zipf over 10^9 ranks") {
    const auto harmonic = [](double n) { return std::log(n) + 0.5772156649 + 1 / (2 * n); };
    const sim::Zipf zipf({1'000'000'000, 1});
    std::vector<std::uint64_t> counts(10);
    std::vector<double> expected = {1 / harmonic(1e9)};
    for (int decade = 1; decade < 10; ++decade) {
        const double below = decade == 1 ? 1 : harmonic(std::pow(10, decade - 1));
        expected.push_back((harmonic(std::pow(10, decade)) - below) / harmonic(1e9));
    }
    Draws draws(4);
    for (int i = 0; i < kDraws; ++i) {
        const auto rank = zipf.sample(draws);
        std::size_t decade = 0;
        for (std::uint64_t limit = 1; limit < rank; limit *= 10) ++decade;
        ++counts.at(decade);
    }
    CHECK(std::abs(support::chi_square_sigmas(counts, expected)) < 3.72);
}

TEST_CASE("an alias table draws by weight (chi-square at 10^-4)") {
    std::vector<double> many;
    for (int i = 0; i < 500; ++i) many.push_back(1.0 / (1 + i % 37));
    const std::vector<std::vector<double>> tables = {
        {1}, {1, 3}, {0, 1, 0, 2}, {1, 1, 1}, {0.1, 0.2, 0.3, 0.4}, {1e-9, 1e9, 5e8}, many};
    for (const std::vector<double>& weights : tables) {
        CAPTURE(weights.size());
        const sim::AliasTable table(weights);
        std::vector<std::uint64_t> counts(weights.size());
        Draws draws(6);
        for (int i = 0; i < kDraws; ++i) ++counts.at(table.sample(draws));
        double total = 0;
        for (const double weight : weights) total += weight;
        std::vector<double> expected;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            expected.push_back(weights[i] / total);
            if (weights[i] == 0) CHECK(counts[i] == 0);
        }
        if (weights.size() > 1)
            CHECK(std::abs(support::chi_square_sigmas(counts, expected)) < 3.72);
    }
}
