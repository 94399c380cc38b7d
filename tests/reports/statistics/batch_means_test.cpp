#include "reports/statistics/batch_means.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sim/rng.h"

using namespace reports;

namespace {

constexpr std::size_t kPeriods = 120;

// An M/M/1 in service times, by Lindley's recursion: what each period sums of times in system, and
// what single requests say of their own spread.
struct Queue {
    std::vector<Period> periods;
    double mean = 0;
    double naive_half_width = 0;  // as if no request knew of the one before
};

struct Load {
    double rho;
    double time;
};

Queue play(const Load& load, std::uint64_t seed) {
    constexpr double kWarmUp = 300;
    sim::Draws draws(sim::request_key(seed, 1));
    Queue queue;
    queue.periods.resize(kPeriods);
    double now = -kWarmUp;
    double work = 0;
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (;;) {
        const double gap = draws.exponential() / load.rho;
        now += gap;
        work = std::max(0.0, work - gap) + draws.exponential();
        if (now >= load.time) break;
        if (now < 0 || now + work >= load.time) continue;
        auto& period = queue.periods[static_cast<std::size_t>((now + work) / load.time * kPeriods)];
        period.sum += work;
        period.count += 1;
        sum += work;
        squares += work * work;
        count += 1;
    }
    queue.mean = sum / count;
    queue.naive_half_width = 1.96 * std::sqrt((squares / count - queue.mean * queue.mean) / count);
    return queue;
}

struct Coverage {
    double batches = 0;
    double naive = 0;
    double given = 0;
};

// How often the interval holds 1 / (1 - rho), the mean time in system.
Coverage coverage_of(const Load& load) {
    constexpr int kSeeds = 500;
    const double truth = 1 / (1 - load.rho);
    Coverage coverage;
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        const Queue queue = play(load, seed);
        coverage.naive += std::abs(queue.mean - truth) <= queue.naive_half_width ? 1 : 0;
        const auto batches = batches_of(queue.periods);
        if (!batches || !batches->settled) continue;
        ++coverage.given;
        coverage.batches += std::abs(queue.mean - truth) <= batches->half_width() ? 1 : 0;
    }
    coverage.batches /= coverage.given;
    coverage.naive /= kSeeds;
    coverage.given /= kSeeds;
    return coverage;
}

std::vector<Period> periods_of(const std::vector<double>& values) {
    std::vector<Period> periods;
    for (const double value : values) periods.push_back({value, 1});
    return periods;
}

}  // namespace

// Of 500 intervals that are right, 475 hold the truth, give or take 4.9: three sigma are 2.9 %. At
// 80 % load 10^4 service times are 110 relaxation times, 1 / (1 - sqrt(rho))^2 each: ten batches of
// eleven still know of each other, and batch means are known to hold some percent too few there
// (Law and Kelton, "Confidence intervals for steady-state simulations", Operations Research 32,
// 1984).
TEST_CASE("the mean of an M/M/1 lies within the interval of its batches 95 times of 100") {
    const Coverage half = coverage_of({0.5, 10'000});
    CHECK(half.batches >= 0.921);
    CHECK(half.batches <= 0.979);
    CHECK(half.given >= 0.95);
    const Coverage busy = coverage_of({0.8, 10'000});
    CHECK(busy.batches >= 0.85);
    CHECK(busy.batches <= 0.979);
    CHECK(busy.given >= 0.9);
}

// The variance of the mean wait in an M/M/1 is rho (2 + 5 rho - 4 rho^2 + rho^3) / (1 - rho)^4 over
// the number of requests (Daley, "The serial correlation coefficients of waiting times", 1968),
// which is some 8 times what the spread of single times in system says at 50 %, and 80 times at 80
// %: 1.96 sigma of theirs are 0.7 and 0.22 of a true one, which hold 51 % and 17 %. Four sigma are
// 9 %.
TEST_CASE("single requests, taken for independent, hold the mean far too seldom") {
    CHECK(coverage_of({0.5, 10'000}).naive == doctest::Approx(0.51).epsilon(0.18));
    CHECK(coverage_of({0.8, 10'000}).naive < 0.26);
}

TEST_CASE("independent periods become thirty batches, and their error is the classical one") {
    sim::Draws draws(sim::request_key(3, 0));
    std::vector<double> values;
    for (int i = 0; i < 600; ++i) values.push_back(10 + draws.normal());
    const auto batches = batches_of(periods_of(values));
    REQUIRE(batches);
    CHECK(batches->batches == 30);
    CHECK(batches->settled);
    // sigma / sqrt(600), which 29 degrees of freedom know to 13 %: three of these.
    CHECK(batches->standard_error == doctest::Approx(1 / std::sqrt(600.0)).epsilon(0.4));
}

// By hand: batches 1, 3, 1, 3, ... of mean 2 are off by 1 each, so the error is
// sqrt(10 / 9 * 10) / 10, and C = 1 - 9 * 4 / (2 * 10).
TEST_CASE("ten periods are ten batches, by the formula") {
    const auto batches = batches_of(periods_of({1, 3, 1, 3, 1, 3, 1, 3, 1, 3}));
    REQUIRE(batches);
    CHECK(batches->batches == 10);
    CHECK(batches->correlation == doctest::Approx(1 - 36.0 / 20));
    CHECK(batches->standard_error == doctest::Approx(std::sqrt(100.0 / 9) / 10));
    CHECK(batches->half_width() == doctest::Approx(2.262157 * std::sqrt(100.0 / 9) / 10));
}

TEST_CASE("a system that falls behind is not settled") {
    std::vector<double> values;
    sim::Draws draws(sim::request_key(5, 0));
    for (int i = 0; i < 100; ++i) values.push_back(i + draws.normal());
    const auto batches = batches_of(periods_of(values));
    REQUIRE(batches);
    CHECK(batches->batches == 10);
    CHECK_FALSE(batches->settled);
}

TEST_CASE("periods of different weight: the error is that of the ratio") {
    // The ratio is 2 everywhere, whatever the counts: nothing is uncertain.
    std::vector<Period> periods;
    for (int i = 1; i <= 40; ++i) periods.push_back({2.0 * i, 1.0 * i});
    const auto batches = batches_of(periods);
    REQUIRE(batches);
    CHECK(batches->standard_error == 0);
    CHECK(batches->settled);
}

TEST_CASE("too few periods, or none with anything in it, say nothing") {
    CHECK_FALSE(batches_of(periods_of({1, 2, 3, 4, 5, 6, 7, 8, 9})));
    CHECK_FALSE(batches_of(std::vector<Period>(60)));
}
