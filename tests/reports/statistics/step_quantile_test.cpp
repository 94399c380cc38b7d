#include "reports/statistics/step_quantile.h"

#include <doctest/doctest.h>

#include <cmath>

TEST_CASE("a quantile lies where it would if a step's requests were spread evenly") {
    reports::StepCounts counts{};
    counts[4] = 100;  // above 5 ms, up to 10 ms
    CHECK(reports::step_quantile_s(counts, 0.5, 1) == doctest::Approx(0.0075));
    CHECK(reports::step_quantile_s(counts, 0.95, 1) == doctest::Approx(0.00975));
    counts[5] = 100;  // up to 25 ms
    CHECK(reports::step_quantile_s(counts, 0.5, 1) == doctest::Approx(0.010));
    CHECK(reports::step_quantile_s(counts, 0.75, 1) == doctest::Approx(0.0175));
    CHECK(reports::step_quantile_s(counts, 0.9, 1) == doctest::Approx(0.022));
}

TEST_CASE("a quantile is never above the slowest request, and beyond the last bound it is that") {
    reports::StepCounts counts{};
    counts[4] = 100;
    CHECK(reports::step_quantile_s(counts, 0.95, 0.006) == doctest::Approx(0.006));
    counts[sim::kLatencySteps - 1] = 100;
    CHECK(reports::step_quantile_s(counts, 0.95, 90) == doctest::Approx(90));
}

TEST_CASE("of too few requests there is no quantile") {
    reports::StepCounts counts{};
    CHECK(std::isnan(reports::step_quantile_s(counts, 0.95, 1)));
    counts[0] = 19;
    CHECK(std::isnan(reports::step_quantile_s(counts, 0.95, 1)));
    counts[0] = 20;
    CHECK_FALSE(std::isnan(reports::step_quantile_s(counts, 0.95, 1)));
}
