#include "sim/math.h"

#include <doctest/doctest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "sim/fingerprint.h"
#include "sim/rng.h"
#include "sim/special.h"

namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The distance in units of the last place of the right answer, where it is representable.
double units_off(double result, long double right) {
    const auto nearest = static_cast<double>(right);
    if (std::isinf(nearest) || nearest == 0) return result == nearest ? 0 : 1e9;
    const double size = std::abs(nearest);
    const long double unit =
        std::nextafter(size, 0.0) == 0 ? 0x1p-1074 : std::nextafter(size, kInfinite) - size;
    return static_cast<double>(std::abs(static_cast<long double>(result) - right) / unit);
}

// Any positive number, each exponent as likely as any other.
double any_positive(sim::Draws& draws) {
    for (;;) {
        const auto x = std::bit_cast<double>(draws.next() >> 1);
        if (x > 0 && x < kInfinite) return x;
    }
}

double between(sim::Draws& draws, double low, double high) {
    return low + (high - low) * draws.uniform();
}

std::uint64_t bits(double x) {
    return x != x ? 0x7ff8 : std::bit_cast<std::uint64_t>(x);
}

bool same(double a, double b) {
    return bits(a) == bits(b);
}

// The reference is the C library's long double; where that is no more than a double, it is no
// reference.
constexpr bool kReference = LDBL_MANT_DIG >= 64;
constexpr int kArguments = 500'000;

const std::vector<double> kSpecials = {
    0.0,        -0.0,        1.0,         -1.0,       2.0,      -2.0,    3.0,
    -3.0,       0.5,         -0.5,        2.5,        -2.5,     0x1p52,  -0x1p52,
    0x1p53 - 1, 1 - 0x1p-53, 1 + 0x1p-52, DBL_MIN,    -DBL_MIN, DBL_MAX, -DBL_MAX,
    0x1p-1074,  -0x1p-1074,  0x1p-70,     709.0,      710.0,    -745.0,  -746.0,
    1e10,       -1e10,       kInfinite,   -kInfinite, kNan};

}  // namespace

TEST_CASE("log is within 0.51 units of the last place") {
    if (!kReference) return;
    sim::Draws draws(1);
    double worst = 0;
    for (int i = 0; i < kArguments; ++i)
        for (const double x :
             {any_positive(draws), between(draws, 0.5, 2), between(draws, 0.97, 1.03)})
            worst = std::max(worst, units_off(sim::log(x), std::log(static_cast<long double>(x))));
    CHECK(worst < 0.51);
}

TEST_CASE("exp is within 0.52 units of the last place, subnormal results too") {
    if (!kReference) return;
    sim::Draws draws(2);
    double worst = 0;
    for (int i = 0; i < kArguments; ++i)
        for (const double x :
             {between(draws, -746, 710), between(draws, -2, 2), between(draws, -746, -707)})
            worst = std::max(worst, units_off(sim::exp(x), std::exp(static_cast<long double>(x))));
    CHECK(worst < 0.52);
}

TEST_CASE("pow is within 0.55 units of the last place, subnormal results too") {
    if (!kReference) return;
    sim::Draws draws(3);
    double worst = 0;
    const auto check = [&](double x, double y) {
        worst =
            std::max(worst, units_off(sim::pow(x, y), std::pow(static_cast<long double>(x), y)));
    };
    for (int i = 0; i < kArguments / 2; ++i) {
        const double x = any_positive(draws), near_one = between(draws, 0.98, 1.02);
        check(between(draws, 0, 20), between(draws, -50, 50));
        check(x, between(draws, -745, 709) / std::log(x));
        check(near_one, between(draws, -745, 709) / std::log(near_one));
    }
    CHECK(worst < 0.55);
}

TEST_CASE("log1p and expm1 keep small arguments") {
    if (!kReference) return;
    sim::Draws draws(4);
    double worst = 0;
    for (int i = 0; i < kArguments; ++i) {
        const double tiny = any_positive(draws), x = tiny < 0.9 ? -tiny : between(draws, -0.9, 3);
        worst = std::max(worst, units_off(sim::log1p(x), std::log1p(static_cast<long double>(x))));
        worst = std::max(worst, units_off(sim::expm1(x), std::expm1(static_cast<long double>(x))));
    }
    CHECK(worst < 4);
    CHECK(sim::log1p(-1) == -kInfinite);
    CHECK(sim::expm1(-kInfinite) == -1);
    CHECK(sim::expm1(1000) == kInfinite);
    CHECK(sim::log1p(kInfinite) == kInfinite);
}

TEST_CASE("special values are those of the C library") {
    for (const double x : kSpecials) {
        CAPTURE(x);
        const bool exact = x == 0 || x == 1 || x < 0 || x != x || std::isinf(x);
        if (exact) CHECK(same(sim::log(x), std::log(x)));
        if (x == 0 || std::isinf(x) || x != x || x > 709.9 || x < -745.2)
            CHECK(same(sim::exp(x), std::exp(x)));
        for (const double y : kSpecials) {
            CAPTURE(y);
            const double right = std::pow(x, y);
            if (std::isnan(right) || std::isinf(right) || right == 0)
                CHECK(same(sim::pow(x, y), right));
            else
                CHECK(units_off(sim::pow(x, y), std::pow(static_cast<long double>(x), y)) < 0.55);
        }
    }
}

// Any build that gives another last bit anywhere gives another fingerprint: another compiler, -O0,
// fused multiply-add, another processor.
TEST_CASE("the bits of log, exp and pow are the same in every build") {
    sim::Draws draws(5);
    sim::Fingerprint logs, exps, pows;
    for (int i = 0; i < 200'000; ++i) {
        const double x = any_positive(draws), y = between(draws, -750, 715);
        const double near_one = between(draws, 0.5, 2);
        for (const double each : {x, near_one}) logs.add(bits(sim::log(each)));
        for (const double each : {y, y * 0x1p-10}) exps.add(bits(sim::exp(each)));
        for (const double each : {x, near_one}) pows.add(bits(sim::pow(each, y)));
    }
    CHECK(logs.hex() == "c1d69ea04ed673bb");
    CHECK(exps.hex() == "bd766e76530807f4");
    CHECK(pows.hex() == "c0ed8a1b93c6e83c");
}

TEST_CASE("the gamma function and the normal and gamma distribution functions") {
    for (double x = 0.05; x < 60; x += 0.37) {
        CHECK(sim::log_gamma(x) == doctest::Approx(std::lgamma(x)).epsilon(1e-12).scale(1));
        const double normal = 0.5 * std::erfc((x - 30) / 6 / std::sqrt(2));
        CHECK(sim::normal_cdf((30 - x) / 6) == doctest::Approx(normal).epsilon(1e-11).scale(1e-3));
        // Erlang with 3 stages: 1 - e^-x (1 + x + x^2 / 2).
        CHECK(sim::gamma_tail(3, x) ==
              doctest::Approx(std::exp(-x) * (1 + x + x * x / 2)).epsilon(1e-11).scale(1e-6));
        CHECK(sim::gamma_cdf(3, x) + sim::gamma_tail(3, x) == doctest::Approx(1).epsilon(1e-15));
    }
}
