#include "reports/theory/markov_chain.h"

#include <doctest/doctest.h>

#include <cmath>

#include "reports/theory/queues.h"

using namespace reports;

namespace {

constexpr double kFail = 0.01;
constexpr double kMend = 0.5;

// n machines, each mended by a crew of its own: how many are broken.
MarkovChain machines(std::size_t count) {
    return birth_and_death(
        count + 1,
        [count](std::size_t broken) { return kFail * static_cast<double>(count - broken); },
        [](std::size_t broken) { return kMend * static_cast<double>(broken); });
}

}  // namespace

TEST_CASE("independent machines: how many are broken is binomial") {
    const auto shares = machines(6).stationary();
    REQUIRE(shares);
    const double down = kFail / (kFail + kMend);
    double binomial = std::pow(1 - down, 6);
    for (int broken = 0; broken <= 6; ++broken) {
        CHECK((*shares)(broken) == doctest::Approx(binomial).epsilon(1e-9));
        binomial *= (6.0 - broken) / (broken + 1) * down / (1 - down);
    }
}

TEST_CASE("mean time until both of two are broken: (3 l + m) / (2 l^2)") {
    const Eigen::VectorXd times =
        machines(2).mean_time_to([](std::size_t broken) { return broken == 2; });
    CHECK(times(0) == doctest::Approx((3 * kFail + kMend) / (2 * kFail * kFail)).epsilon(1e-12));
    CHECK(times(2) == 0);
}

TEST_CASE("what may never happen takes for ever") {
    MarkovChain chain(3);
    chain.add(0, 1, 1);
    chain.add(0, 2, 1);  // and there it stays
    const Eigen::VectorXd times = chain.mean_time_to([](std::size_t state) { return state == 1; });
    CHECK(std::isinf(times(0)));
    CHECK(times(1) == 0);
    CHECK(std::isinf(times(2)));
    // 1 and 2 both keep what comes to them, so shares depend on chance, and have no answer.
    CHECK_FALSE(chain.stationary());
}

TEST_CASE("M/M/c with room for so many: the wait of M/M/c when there is room for all") {
    const double arrivals = 1.6;
    const auto shares = birth_and_death(
                            400, [&](std::size_t) { return arrivals; },
                            [](std::size_t there) { return there < 2 ? 1.0 : 2.0; })
                            .stationary();
    REQUIRE(shares);
    double there = 0;
    for (Eigen::Index i = 0; i < shares->size(); ++i)
        there += static_cast<double>(i) * (*shares)(i);
    CHECK(there / arrivals == doctest::Approx(1 + mean_wait_s({arrivals, 1, 2})).epsilon(1e-9));
}
