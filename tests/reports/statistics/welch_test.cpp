#include "reports/statistics/welch.h"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

#include "sim/rng.h"

using namespace reports;

namespace {

Known known_of(const std::vector<double>& values) {
    const Estimate mean = mean_of(values);
    return known_by(mean.value, *mean.interval, static_cast<double>(values.size()) - 1);
}

}  // namespace

// By hand: means 2 and 4, variances 1 and 4 of three each, so the error is sqrt(5 / 3), and there
// are (1/3 + 4/3)^2 / ((1/3)^2 / 2 + (4/3)^2 / 2) = 2.94 degrees of freedom, of which two are
// counted on.
TEST_CASE("Welch's interval of three values against three") {
    const Estimate difference = welch(known_of({1, 2, 3}), known_of({2, 4, 6}));
    CHECK(difference.value == doctest::Approx(2));
    const double half_width = t_quantile(0.975, 2) * std::sqrt(5.0 / 3);
    CHECK(difference.interval->low == doctest::Approx(2 - half_width));
    CHECK(difference.interval->high == doctest::Approx(2 + half_width));
}

TEST_CASE("what is known for certain differs for certain") {
    const Estimate difference = welch({1, 0, 4}, {1.5, 0, 4});
    CHECK(difference.interval->low == 0.5);
    CHECK(difference.interval->high == 0.5);
}

// One sample has ten times the spread and a third of the size: 95 of 100 intervals hold the true
// difference of 1. Of 2,000 the share is known to 0.5 %: four sigma either way.
TEST_CASE("Welch's interval holds the difference of unequal samples 95 times of 100") {
    constexpr int kTries = 2000;
    sim::Draws draws(sim::request_key(8, 0));
    int held = 0;
    for (int i = 0; i < kTries; ++i) {
        std::vector<double> few;
        std::vector<double> many;
        for (int k = 0; k < 5; ++k) few.push_back(10 * draws.normal());
        for (int k = 0; k < 15; ++k) many.push_back(1 + draws.normal());
        const Interval interval = *welch(known_of(few), known_of(many)).interval;
        held += interval.low <= 1 && interval.high >= 1 ? 1 : 0;
    }
    CHECK(held >= 0.93 * kTries);
    CHECK(held <= 0.97 * kTries);
}
