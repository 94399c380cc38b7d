#include "reports/statistics/fits.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "reports/statistics/maximum_likelihood.h"
#include "sim/rng.h"

using namespace reports;

namespace {

std::vector<double> drawn_from(const Law& law, std::size_t count, std::uint64_t key = 1) {
    sim::Draws draws(sim::request_key(key, 7));
    const sim::Distribution distribution = distribution_of(law);
    std::vector<double> values(count);
    for (double& each : values) each = distribution.sample(draws);
    return values;
}

Law fitted_to(const Law& law, std::size_t count) {
    const auto found = most_likely(law.kind, FitSample(drawn_from(law, count)));
    REQUIRE(found.has_value());
    return *found;
}

const FittedLaw* law_in(const Fits& fits, LawKind kind) {
    const auto found =
        std::ranges::find(fits.laws, kind, [](const FittedLaw& each) { return each.law.kind; });
    return found == fits.laws.end() ? nullptr : &*found;
}

void check_rejected(const Fits& fits, std::initializer_list<LawKind> kinds) {
    for (const LawKind kind : kinds) {
        INFO(name_of(kind));
        const FittedLaw* const law = law_in(fits, kind);
        CHECK((law == nullptr || !law->fits()));
    }
}

constexpr std::size_t kManyDrawn = 10'000;
const double kRootOfMany = std::sqrt(static_cast<double>(kManyDrawn));

// Within so many standard errors: one of 2,000 right fits is further off.
void check_near(double found, double truth, double error) {
    CHECK(std::abs(found - truth) < 3.5 * error);
}

}  // namespace

// By the recurrence from -0.5772 (Euler's constant) and pi^2 / 6.
TEST_CASE("digamma and trigamma at 1, 2 and 1/2") {
    constexpr double kEuler = 0.57721566490153286;
    constexpr double kPi = 3.14159265358979324;
    CHECK(digamma(1) == doctest::Approx(-kEuler).epsilon(1e-11));
    CHECK(digamma(2) == doctest::Approx(1 - kEuler).epsilon(1e-11));
    CHECK(digamma(0.5) == doctest::Approx(-kEuler - 2 * std::log(2)).epsilon(1e-11));
    CHECK(trigamma(1) == doctest::Approx(kPi * kPi / 6).epsilon(1e-11));
    CHECK(trigamma(0.5) == doctest::Approx(kPi * kPi / 2).epsilon(1e-11));
}

// The least possible standard errors of large samples, from Fisher's information: of an exponential
// mean m / sqrt(n); of a normal's mean and deviation s / sqrt(n) and s / sqrt(2 n).
TEST_CASE("exponential, normal and lognormal samples give their parameters back") {
    const Law exponential = fitted_to({LawKind::exponential, {0.004}}, kManyDrawn);
    check_near(exponential.parameters[0], 0.004, 0.004 / kRootOfMany);

    const Law normal = fitted_to({LawKind::normal, {0.1, 0.02}}, kManyDrawn);
    check_near(normal.parameters[0], 0.1, 0.02 / kRootOfMany);
    check_near(normal.parameters[1], 0.02, 0.02 / kRootOfMany / std::sqrt(2));

    const Law lognormal = fitted_to({LawKind::lognormal, {-5, 0.8}}, kManyDrawn);
    check_near(lognormal.parameters[0], -5, 0.8 / kRootOfMany);
    check_near(lognormal.parameters[1], 0.8, 0.8 / kRootOfMany / std::sqrt(2));
}

// Mean and shape of a gamma law are known apart: m / sqrt(n k), and 1 / sqrt(n (psi'(k) - 1 / k)).
TEST_CASE("gamma samples give their parameters back, below shape 1 and above") {
    for (const double shape : {0.5, 3.0, 40.0}) {
        const Law law = fitted_to({LawKind::gamma, {0.01, shape}}, kManyDrawn);
        check_near(law.parameters[0], 0.01, 0.01 / kRootOfMany / std::sqrt(shape));
        check_near(law.parameters[1], shape,
                   1 / kRootOfMany / std::sqrt(trigamma(shape) - 1 / shape));
    }
}

// Of a Weibull law n var(k) = 0.6079 k^2, n var(log scale) = 1.1087 / k^2 and n cov = 0.2570
// (Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions" 1, 1994, chapter 21); the
// logarithm of the mean is that of the scale and of gamma(1 + 1 / k).
TEST_CASE("Weibull samples give their parameters back") {
    for (const double shape : {0.6, 1.8}) {
        const Law law = fitted_to({LawKind::weibull, {0.02, shape}}, kManyDrawn);
        check_near(law.parameters[1], shape, std::sqrt(0.6079) * shape / kRootOfMany);
        const double slope = digamma(1 + 1 / shape);
        const double error =
            std::sqrt(1.1087 + 0.6079 * slope * slope - 2 * 0.2570 * slope) / shape;
        check_near(law.parameters[0], 0.02, 0.02 * error / kRootOfMany);
    }
}

// Of a Pareto law n var(alpha) = alpha^2; the least of n values is above `min` by an exponential
// share of 1 / (n alpha), more than eight times that in one of 3,000 samples. So it is at either
// end of a uniform one, by its width over n.
TEST_CASE("Pareto and uniform samples give their parameters back") {
    const Law pareto = fitted_to({LawKind::pareto, {0.003, 2.2}}, kManyDrawn);
    check_near(pareto.parameters[1], 2.2, 2.2 / kRootOfMany);
    CHECK(pareto.parameters[0] >= 0.003);
    CHECK(pareto.parameters[0] < 0.003 * (1 + 8 / (2.2 * kManyDrawn)));

    const Law uniform = fitted_to({LawKind::uniform, {0.01, 0.03}}, kManyDrawn);
    CHECK(uniform.parameters[0] >= 0.01);
    CHECK(uniform.parameters[0] < 0.01 + 8 * 0.02 / kManyDrawn);
    CHECK(uniform.parameters[1] <= 0.03);
    CHECK(uniform.parameters[1] > 0.03 - 8 * 0.02 / kManyDrawn);
}

// Parts that hardly overlap are known as if each value told which it is of: the share by
// sqrt(p (1 - p) / n), each part by its own laws.
TEST_CASE("mixtures of two far parts give their parameters back") {
    const Law lognormals =
        fitted_to({LawKind::two_lognormals, {0.8, -7, 0.3, -3, 0.5}}, kManyDrawn);
    check_near(lognormals.parameters[0], 0.8, 0.4 / kRootOfMany);
    check_near(lognormals.parameters[1], -7, 0.3 / kRootOfMany / std::sqrt(0.8));
    check_near(lognormals.parameters[2], 0.3, 0.3 / kRootOfMany / std::sqrt(2 * 0.8));
    check_near(lognormals.parameters[3], -3, 0.5 / kRootOfMany / std::sqrt(0.2));
    check_near(lognormals.parameters[4], 0.5, 0.5 / kRootOfMany / std::sqrt(2 * 0.2));
}

// Exponential parts overlap however far apart they are, so the errors are those of the bootstrap.
TEST_CASE("a hyperexponential sample gives its parameters back") {
    const std::vector<double> truth = {0.9, 0.002, 0.03};
    const Fits fits = fit_laws(drawn_from({LawKind::hyperexponential, truth}, kManyDrawn), {});
    const FittedLaw* const law = law_in(fits, LawKind::hyperexponential);
    REQUIRE(law != nullptr);
    for (std::size_t i = 0; i < truth.size(); ++i) {
        check_near(law->law.parameters[i], truth[i], law->errors[i]);
    }
    CHECK(fits.best() == law);
}

// The deviation of 199 replications is known to 1 / sqrt(2 * 199) = 5 %: 3.5 of these, and what
// samples of 500 differ from large ones, a few percent.
TEST_CASE("the bootstrap's errors are those of Fisher's information") {
    const Fits fits = fit_laws(drawn_from({LawKind::gamma, {1, 3}}, kManyDrawn), {});
    const FittedLaw* const gamma = law_in(fits, LawKind::gamma);
    REQUIRE(gamma != nullptr);
    CHECK(gamma->errors[0] == doctest::Approx(1 / kRootOfMany / std::sqrt(3)).epsilon(0.22));
    CHECK(gamma->errors[1] ==
          doctest::Approx(1 / kRootOfMany / std::sqrt(trigamma(3) - 1.0 / 3)).epsilon(0.22));
}

// It is rejected in one sample of twenty: three of five are rejected once in 900 times.
TEST_CASE("each law is the best for its own sample") {
    const std::vector<Law> laws = {
        {LawKind::uniform, {0.01, 0.03}}, {LawKind::exponential, {0.004}},
        {LawKind::normal, {0.1, 0.02}},   {LawKind::lognormal, {-5, 0.8}},
        {LawKind::gamma, {0.01, 3}},      {LawKind::weibull, {0.02, 0.6}},
        {LawKind::pareto, {0.003, 2.2}},  {LawKind::two_lognormals, {0.8, -7, 0.3, -3, 0.5}}};
    for (const Law& law : laws) {
        INFO(name_of(law.kind));
        int best = 0;
        for (std::uint64_t key = 1; key <= 5; ++key) {
            const Fits fits = fit_laws(drawn_from(law, 2000, key), {.replications = 99});
            best += fits.best() != nullptr && fits.best()->law.kind == law.kind ? 1 : 0;
        }
        CHECK(best >= 3);
    }
}

TEST_CASE("wrong laws are rejected") {
    check_rejected(fit_laws(drawn_from({LawKind::exponential, {0.004}}, 2000), {}),
                   {LawKind::constant, LawKind::uniform, LawKind::normal, LawKind::lognormal,
                    LawKind::pareto});
    check_rejected(fit_laws(drawn_from({LawKind::lognormal, {-5, 0.8}}, 2000), {}),
                   {LawKind::uniform, LawKind::exponential, LawKind::normal, LawKind::gamma,
                    LawKind::weibull, LawKind::pareto});
    check_rejected(fit_laws(drawn_from({LawKind::pareto, {0.003, 2.2}}, 2000), {}),
                   {LawKind::uniform, LawKind::exponential, LawKind::normal, LawKind::lognormal,
                    LawKind::gamma, LawKind::weibull});
}

// Three separate heights: no law has them, and the empirical one does.
TEST_CASE("a sample of no law has no best fit") {
    std::vector<double> values;
    sim::Draws draws(sim::request_key(3, 1));
    for (int i = 0; i < 3000; ++i) {
        values.push_back(0.01 * static_cast<double>(1 + i % 3) + 0.001 * draws.uniform());
    }
    const Fits fits = fit_laws(values, {});
    CHECK(fits.best() == nullptr);
    const auto quantiles = quantiles_of(values);
    CHECK(sim::Distribution::empirical_problem(quantiles).empty());
    CHECK(quantiles.front().value == *std::ranges::min_element(values));
    CHECK(quantiles.back().value == *std::ranges::max_element(values));
    // Straight lines between them are within half a percent, in the gaps between the heights, too.
    std::ranges::sort(values);
    CHECK(distance_to(sim::Distribution::empirical(quantiles), values) < 0.006);
}

// Stephens, "EDF statistics for goodness of fit", JASA 69, 1974, table 1A: at 5 %
// (D - 0.2 / n) (sqrt(n) + 0.26 + 0.5 / sqrt(n)) = 1.094 for an exponential law with its mean
// estimated, and D (sqrt(n) - 0.01 + 0.85 / sqrt(n)) = 0.895 for a normal one, of which the
// lognormal is a function. A quantile of 1,999 replications is known to about 0.012 / sqrt(n).
TEST_CASE("critical distances are those of Lilliefors and Stephens") {
    const FitOptions options{.replications = 1999};
    const Fits twenty = fit_laws(drawn_from({LawKind::exponential, {1}}, 20), options);
    const double root = std::sqrt(20.0);
    const double exponential = 1.094 / (root + 0.26 + 0.5 / root) + 0.2 / 20;
    REQUIRE(law_in(twenty, LawKind::exponential) != nullptr);
    CHECK(std::abs(law_in(twenty, LawKind::exponential)->critical - exponential) <
          3.5 * 0.012 / root);

    const Fits hundred = fit_laws(drawn_from({LawKind::lognormal, {0, 0.5}}, 100), options);
    REQUIRE(law_in(hundred, LawKind::lognormal) != nullptr);
    CHECK(std::abs(law_in(hundred, LawKind::lognormal)->critical - 0.895 / 10.075) <
          3.5 * 0.012 / 10);
}

// Of 200 samples 5 % are expected beyond the critical distance, ten, with a deviation of 3.1.
TEST_CASE("the right law is rejected in one sample of twenty") {
    int rejected = 0;
    for (std::uint64_t i = 0; i < 200; ++i) {
        const FitSample sample(drawn_from({LawKind::exponential, {1}}, 300, 100 + i));
        const double mean = sample.mean;
        // Stephens' value again: the bootstrap's is the same, above.
        const double root = std::sqrt(300.0);
        const double critical = 1.094 / (root + 0.26 + 0.5 / root) + 0.2 / 300;
        rejected +=
            distance_to(sim::Distribution::exponential(mean), sample.values) > critical ? 1 : 0;
    }
    CHECK(std::abs(rejected - 10) < 3.5 * 3.1);
}

// In whole milliseconds a mean of 4 ms has a twelfth of its values at 0, which no exact law has.
TEST_CASE("values that were rounded are held against rounded ones") {
    std::vector<double> values = drawn_from({LawKind::exponential, {0.004}}, 5000);
    for (double& each : values) each = std::round(each * 1000) / 1000;
    const Fits rounded = fit_laws(values, {.resolution = 0.001});
    CHECK(rounded.zeros > 400);
    REQUIRE(law_in(rounded, LawKind::exponential) != nullptr);
    CHECK(law_in(rounded, LawKind::exponential)->fits());
    const Fits exact = fit_laws(values, {});
    CHECK(!law_in(exact, LawKind::exponential)->fits());
}

// The least of n values of a uniform law is above its end by its width over n on average, with that
// deviation; of 199 replications it is known to a tenth (an exponential's deviation varies by twice
// its own share).
TEST_CASE("errors of the ends of a range shrink with the size of the sample") {
    const Fits fits = fit_laws(drawn_from({LawKind::uniform, {1, 2}}, kManyDrawn), {});
    const FittedLaw* const uniform = law_in(fits, LawKind::uniform);
    REQUIRE(uniform != nullptr);
    CHECK(uniform->errors[0] == doctest::Approx(1.0 / kManyDrawn).epsilon(0.4));
    CHECK(uniform->errors[1] == doctest::Approx(1.0 / kManyDrawn).epsilon(0.4));
}

TEST_CASE("few values and equal values have fits, too") {
    CHECK(fit_laws({0.5}, {}).best()->law.kind == LawKind::constant);
    CHECK(fit_laws({2, 2, 2}, {}).best()->law.parameters[0] == 2);
    CHECK(fit_laws({0, 0}, {}).best()->law.parameters[0] == 0);
    CHECK(fit_laws({1, 2}, {}).values == 2);
    CHECK(fit_laws({0, 1, 2}, {}).zeros == 1);
}

// By hand: ranks of 1 to 10, and the median of an exponential law, its mean times log 2.
TEST_CASE("quantiles of samples and of laws") {
    std::vector<double> ten(10);
    for (std::size_t i = 0; i < 10; ++i) ten[i] = static_cast<double>(i + 1);
    CHECK(sample_quantile(ten, 0.5) == 5);
    CHECK(sample_quantile(ten, 0.99) == 10);
    CHECK(quantile_of({LawKind::exponential, {3}}, 0.5) ==
          doctest::Approx(3 * std::log(2)).epsilon(1e-9));
    CHECK(quantile_of({LawKind::uniform, {0, 4}}, 0.25) == doctest::Approx(1).epsilon(1e-9));
}
