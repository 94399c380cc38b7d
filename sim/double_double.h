// Numbers of about 106 bits as a sum of two doubles, for the tables that need more than a double.
//
// Dekker, "A floating-point technique for extending the available precision", 1971, and Knuth's
// two_sum. Everything here is constexpr: tables made with it are made by the compiler, which
// evaluates IEEE arithmetic the same way on every machine. The logarithm and the exponential are
// plain series: slow, short and right to about 2^-100.
#pragma once

#include <array>

namespace sim {

struct DoubleDouble {
    double high = 0;
    double low = 0;
};

// a + b exactly, for |a| >= |b| or a = 0.
constexpr DoubleDouble fast_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// a + b exactly.
constexpr DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double from_b = sum - a;
    return {sum, (a - (sum - from_b)) + (b - from_b)};
}

// The upper 26 bits of a and the rest.
constexpr DoubleDouble split(double a) {
    const double scaled = 134217729.0 * a;  // 2^27 + 1
    const double high = scaled - (scaled - a);
    return {high, a - high};
}

// a * b exactly, when neither overflows nor underflows.
constexpr DoubleDouble two_product(double a, double b) {
    const double product = a * b;
    const DoubleDouble x = split(a), y = split(b);
    const double rest = ((x.high * y.high - product) + x.high * y.low) + x.low * y.high;
    return {product, rest + x.low * y.low};
}

constexpr DoubleDouble operator+(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble sum = two_sum(a.high, b.high);
    const DoubleDouble low = two_sum(a.low, b.low);
    const DoubleDouble upper = fast_two_sum(sum.high, sum.low + low.high);
    return fast_two_sum(upper.high, upper.low + low.low);
}

constexpr DoubleDouble operator*(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble product = two_product(a.high, b.high);
    return fast_two_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

constexpr DoubleDouble operator-(DoubleDouble a) {
    return {-a.high, -a.low};
}

// Long division, three digits of 53 bits.
constexpr DoubleDouble operator/(DoubleDouble a, DoubleDouble b) {
    const double first = a.high / b.high;
    DoubleDouble rest = a + -(b * DoubleDouble{first, 0});
    const double second = rest.high / b.high;
    rest = rest + -(b * DoubleDouble{second, 0});
    return DoubleDouble{first, 0} + DoubleDouble{second, 0} + DoubleDouble{rest.high / b.high, 0};
}

inline constexpr DoubleDouble kLn2{0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};

// 1, 1/3, 1/5, ...
constexpr std::array<DoubleDouble, 23> odd_reciprocals() {
    std::array<DoubleDouble, 23> table;
    double n = 1;
    for (DoubleDouble& entry : table) {
        entry = DoubleDouble{1, 0} / DoubleDouble{n, 0};
        n += 2;
    }
    return table;
}

inline constexpr std::array<DoubleDouble, 23> kOddReciprocals = odd_reciprocals();

// log(x) for x > 0: x = m 2^k with m near 1, log m = 2 atanh((m - 1) / (m + 1)).
constexpr DoubleDouble precise_log(DoubleDouble x) {
    double doublings = 0;
    for (; x.high > 1.5; ++doublings) x = {x.high / 2, x.low / 2};
    for (; x.high < 0.75; --doublings) x = {x.high * 2, x.low * 2};
    const DoubleDouble ratio = (x + DoubleDouble{-1, 0}) / (x + DoubleDouble{1, 0});
    const DoubleDouble square = ratio * ratio;
    DoubleDouble sum;
    for (auto term = kOddReciprocals.rbegin(); term != kOddReciprocals.rend(); ++term)
        sum = sum * square + *term;
    return ratio * sum * DoubleDouble{2, 0} + kLn2 * DoubleDouble{doublings, 0};
}

// exp(x) for |x| < 500: the series for x / 2^10, squared ten times.
constexpr DoubleDouble precise_exp(DoubleDouble x) {
    x = {x.high / 1024, x.low / 1024};
    DoubleDouble sum{1, 0};
    for (int n = 18; n >= 1; --n) sum = sum * x / DoubleDouble{1.0 * n, 0} + DoubleDouble{1, 0};
    for (int i = 0; i < 10; ++i) sum = sum * sum;
    return sum;
}

}  // namespace sim
