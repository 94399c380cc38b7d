#include "reports/statistics/confidence.h"

#include <doctest/doctest.h>
#include <boost/math/distributions/students_t.hpp>

#include <cmath>
#include <vector>

using namespace reports;

// Percentiles of Student's t as tabulated in the NIST/SEMATECH e-Handbook, 1.3.6.7.2, and to more
// digits where there is a closed form.
TEST_CASE("t quantiles are those of the tables") {
    struct Row {
        std::uint32_t degrees;
        double t950, t975, t995;
    };
    for (const Row& row :
         {Row{1, 6.314, 12.706, 63.657}, Row{2, 2.920, 4.303, 9.925}, Row{3, 2.353, 3.182, 5.841},
          Row{4, 2.132, 2.776, 4.604}, Row{5, 2.015, 2.571, 4.032}, Row{9, 1.833, 2.262, 3.250},
          Row{10, 1.812, 2.228, 3.169}, Row{29, 1.699, 2.045, 2.756}, Row{30, 1.697, 2.042, 2.750},
          Row{100, 1.660, 1.984, 2.626}}) {
        CAPTURE(row.degrees);
        CHECK(std::abs(t_quantile(0.95, row.degrees) - row.t950) < 0.0006);
        CHECK(std::abs(t_quantile(0.975, row.degrees) - row.t975) < 0.0006);
        CHECK(std::abs(t_quantile(0.995, row.degrees) - row.t995) < 0.0006);
    }
}

TEST_CASE("t quantiles of one and two degrees have closed forms") {
    for (const double share : {0.6, 0.75, 0.9, 0.975, 0.999}) {
        CAPTURE(share);
        const double pi = std::acos(-1.0);
        // Cauchy: tan(pi (share - 1/2)).
        CHECK(t_quantile(share, 1) == doctest::Approx(std::tan(pi * (share - 0.5))).epsilon(1e-9));
        // (2 share - 1) / sqrt(2 share (1 - share)).
        CHECK(t_quantile(share, 2) ==
              doctest::Approx((2 * share - 1) / std::sqrt(2 * share * (1 - share))).epsilon(1e-9));
    }
}

TEST_CASE("t approaches the normal distribution, and is symmetric") {
    CHECK(t_quantile(0.975, 1'000'000) == doctest::Approx(1.959964).epsilon(5e-6));
    for (const std::uint32_t degrees : {1u, 2u, 7u, 50u}) {
        CHECK(t_quantile(0.1, degrees) == doctest::Approx(-t_quantile(0.9, degrees)).epsilon(1e-9));
        CHECK(std::abs(t_quantile(0.5, degrees)) < 1e-9);
    }
}

TEST_CASE("an interval needs two values, and is the mean within t s / sqrt(n)") {
    CHECK_FALSE(interval95({}));
    CHECK_FALSE(interval95(std::vector<double>{1.0}));
    // Mean 3, s = sqrt(2.5), t(0.975, 4) = 2.776445: half width 1.963243.
    const auto interval = interval95(std::vector<double>{1, 2, 3, 4, 5});
    REQUIRE(interval);
    CHECK(interval->low == doctest::Approx(3 - 1.963243).epsilon(1e-6));
    CHECK(interval->high == doctest::Approx(3 + 1.963243).epsilon(1e-6));
    const auto equal = interval95(std::vector<double>{7, 7, 7});
    REQUIRE(equal);
    CHECK(equal->low == 7);
    CHECK(equal->high == 7);
}

TEST_CASE("quantiles of Student's t are Boost.Math's") {
    for (const std::uint32_t degrees : {1u, 2u, 3u, 4u, 9u, 15u, 30u, 200u, 10'000u}) {
        const boost::math::students_t truth(degrees);
        for (const double share : {0.0005, 0.01, 0.025, 0.3, 0.6, 0.9, 0.975, 0.995, 0.9999}) {
            CAPTURE(degrees);
            CAPTURE(share);
            const double expected = quantile(truth, share);
            CHECK(std::abs(t_quantile(share, degrees) - expected) <= 1e-9 * std::abs(expected));
        }
    }
}
