// Outages too rare to wait for: failure biasing against the closed form, and against brute force
// where that reaches.
#include "reports/theory/rare_failures.h"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace reports;

namespace {

constexpr std::uint64_t kSampledCycles = 100000;

double unavailable_by_theory(const std::vector<Repairable>& parts) {
    double up = 1;
    for (const Repairable& each : parts) up *= figures_of(each).availability;
    return 1 - up;
}

// Units are needed, there are, and are repaired at a time; a repair takes one unit of time.
Repairable units_of(std::size_t needed, std::size_t units, std::size_t crews, double failure_rate) {
    return {units, needed, crews, failure_rate, 1};
}

// Ten seeds: means of that many have four standard errors of theirs once in 1,600 such tests, so a
// seed that is outside is a fault of the estimate or of its error.
void estimates_agree(const std::vector<Repairable>& parts, bool brute_force_reaches) {
    const double truth = unavailable_by_theory(parts);
    double sum = 0;
    double errors = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        const RareFigures found = rare_failures(parts, kSampledCycles, seed);
        CHECK(std::abs(found.biased.mean - truth) < 4 * found.biased.standard_error);
        if (brute_force_reaches) {
            const RareEstimate& crude = found.brute_force;
            CHECK(std::abs(crude.mean - truth) < 4 * crude.standard_error);
            CHECK(std::abs(crude.mean - found.biased.mean) <
                  4 * std::hypot(crude.standard_error, found.biased.standard_error));
        }
        sum += found.biased.mean;
        errors += found.biased.standard_error * found.biased.standard_error;
    }
    // The mean of ten is as near as its own error says, and that is below 1 % of it.
    CHECK(std::abs(sum / 10 - truth) < 4 * std::sqrt(errors) / 10);
    CHECK(std::sqrt(errors) / 10 < 0.01 * truth);
}

}  // namespace

TEST_CASE("at an unavailability of 1e-3 it agrees with brute force and with the closed form") {
    const std::vector<Repairable> pair = {units_of(1, 2, 2, 0.0327)};
    REQUIRE(unavailable_by_theory(pair) == doctest::Approx(1e-3).epsilon(0.01));
    estimates_agree(pair, true);
    const std::vector<Repairable> two_of_three = {units_of(2, 3, 1, 0.0131)};
    REQUIRE(unavailable_by_theory(two_of_three) == doctest::Approx(1e-3).epsilon(0.02));
    estimates_agree(two_of_three, true);
}

TEST_CASE("at an unavailability of 1e-7, where brute force sees nothing, with the closed form") {
    const std::vector<Repairable> three = {units_of(1, 3, 3, 0.00466)};
    REQUIRE(unavailable_by_theory(three) == doctest::Approx(1e-7).epsilon(0.02));
    estimates_agree(three, false);
    const std::vector<Repairable> two_of_five = {units_of(2, 5, 1, 0.0055)};
    REQUIRE(unavailable_by_theory(two_of_five) < 4e-7);
    estimates_agree(two_of_five, false);
}

TEST_CASE("parts in series are biased alike, however often each fails") {
    // Ten thousand times as often, and of one unit of two a tenth of all that is lost.
    estimates_agree({units_of(1, 2, 1, 1e-4), units_of(1, 3, 2, 3e-3), units_of(2, 4, 1, 1e-3)},
                    false);
}

TEST_CASE("as failures get rarer its relative error stays, and brute force's grows") {
    double reduction = 1;
    for (const double rate : {1e-1, 1e-2, 1e-3, 1e-4}) {
        const RareFigures found =
            rare_failures(std::vector{units_of(1, 3, 3, rate)}, kSampledCycles, 7);
        // Bounded (Shahabuddin 1994): some 0.6 % with 100,000 cycles.
        CHECK(found.biased.standard_error < 0.012 * found.biased.mean);
        // Of a path to an outage there are some rate^2, and each counts the more.
        CHECK(found.variance_reduction > 5 * reduction);
        reduction = found.variance_reduction;
    }
    CHECK(reduction > 1e5);
}

TEST_CASE("the variance that it says brute force has is the one that brute force has") {
    const RareFigures found =
        rare_failures(std::vector{units_of(1, 2, 2, 0.05)}, kSampledCycles, 3);
    const double crude = found.brute_force.standard_error / found.biased.standard_error;
    // Brute force's own estimate of it, from some 4,700 outages whose lengths are spread like an
    // exponential: to 3 % of its variance, four of which are these.
    CHECK(crude * crude == doctest::Approx(found.variance_reduction).epsilon(0.12));
}

TEST_CASE("the same seed gives the same bits, another one others") {
    const std::vector<Repairable> parts = {units_of(1, 3, 1, 0.01)};
    const RareFigures one = rare_failures(parts, 1000, 5);
    CHECK(one.biased.mean == rare_failures(parts, 1000, 5).biased.mean);
    CHECK(one.biased.mean != rare_failures(parts, 1000, 6).biased.mean);
    CHECK(one.cycles == 1000);
}
