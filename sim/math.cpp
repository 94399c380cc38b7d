// The method is that of ARM's optimized routines (Szabolcs Nagy; also in glibc and musl): a table
// of 128 intervals and a short polynomial. It departs from them where they use fused multiply-add
// when there is one: here a product that must be exact is made exact by splitting it.
#include "sim/math.h"

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "sim/double_double.h"

// Contraction would make a * b + c one rounding on some machines and two on others. The build turns
// it off for everything; said here again, this file needs nothing of the build but that clang is
// not told -ffp-contract=fast, which overrides the pragma. math_test.cpp would notice.
#if defined(__clang__)
#pragma clang fp contract(off)
#else
#pragma GCC optimize("fp-contract=off")
#endif

namespace sim {
namespace {

static_assert(std::numeric_limits<double>::is_iec559);

constexpr double kInf = std::numeric_limits<double>::infinity();
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr int kIntervals = 128;

// ---- x = 2^k c (1 + r): log x = k ln 2 + log c + log(1 + r), |r| < 2^-7

// The significand runs from kLowest to 2 kLowest, so that 1 is well inside: close to 1 both k and
// log c are zero, and log x = log(1 + r) loses nothing to cancellation.
constexpr std::uint64_t kLowest = 0x3fe6000000000000;  // 0.6875

struct LogInterval {
    double inverse;   // 1 / c, cut to 14 bits so that multiplying by it can be exact
    double log_high;  // log c, a multiple of 2^-42
    double log_low;   // and the rest
};

// ln 2 cut to a multiple of 2^-42: times k it is exact, and so is its sum with log_high.
constexpr double kLn2High = 0x1.62e42fefa3800p-1;
constexpr double kLn2Low = 0x1.ef35793c76730p-45;

constexpr double interval_start(int i) {
    return std::bit_cast<double>(kLowest + (static_cast<std::uint64_t>(i) << 45));
}

constexpr LogInterval log_interval(int i) {
    const double start = interval_start(i), end = interval_start(i + 1);
    if (start == 1 || end == 1) return {1, 0, 0};
    const double scaled = 2.0 / (start + end) * 0x1p13;
    const double inverse = static_cast<double>(static_cast<std::int64_t>(scaled + 0.5)) * 0x1p-13;
    const DoubleDouble log = -precise_log({inverse, 0});
    const double scaled_log = log.high * 0x1p42;
    const double high = static_cast<double>(static_cast<std::int64_t>(scaled_log)) * 0x1p-42;
    return {inverse, high, (log + DoubleDouble{-high, 0}).high};
}

constexpr std::array<LogInterval, kIntervals> log_intervals() {
    std::array<LogInterval, kIntervals> table{};
    for (int i = 0; i < kIntervals; ++i) table[static_cast<std::size_t>(i)] = log_interval(i);
    return table;
}

constexpr std::array<LogInterval, kIntervals> kLogIntervals = log_intervals();

struct Reduced {
    double exponent;  // k
    LogInterval interval;
    DoubleDouble r;
};

// The bits are those of a positive normal number, or of a subnormal one scaled up by hand, whose
// exponent field may be negative.
inline Reduced reduce(std::uint64_t bits) {
    const std::uint64_t offset = bits - kLowest;
    const std::int64_t exponent = static_cast<std::int64_t>(offset) >> 52;
    const LogInterval& interval = kLogIntervals[(offset >> 45) % kIntervals];
    const std::uint64_t significand = bits - (static_cast<std::uint64_t>(exponent) << 52);
    // In two parts of at most 32 and 21 bits: times 14 bits each product is exact, and so is the
    // difference from 1.
    const double upper = std::bit_cast<double>(significand & 0xffffffffffe00000u);
    const double lower = std::bit_cast<double>(significand) - upper;
    const double near = upper * interval.inverse - 1;
    // When near is the smaller one it is so small that what fast_two_sum then loses is below 2^-80.
    return {static_cast<double>(exponent), interval, fast_two_sum(near, lower * interval.inverse)};
}

// (log(1 + r) - r + r^2 / 2) / r^3 to 2^-64 of log(1 + r): the Taylor series.
inline double log_tail(double r) {
    const double square = r * r;
    const double low = 1.0 / 3 - r * (1.0 / 4) + square * (1.0 / 5 - r * (1.0 / 6));
    const double high = 1.0 / 7 - r * (1.0 / 8) + square * (1.0 / 9);
    return low + square * square * high;
}

// Zero, negative, infinite or NaN: there is no other way here.
double special_log(double x) {
    if (x == 0) return -kInf;
    return x > 0 || x != x ? x + x : kNan;
}

// The bits of x > 0 with an exponent field that goes on below zero for subnormal numbers.
inline std::uint64_t normalised_bits(double x) {
    const auto bits = std::bit_cast<std::uint64_t>(x);
    if (bits >> 52 != 0) return bits;
    return std::bit_cast<std::uint64_t>(x * 0x1p52) - (std::uint64_t{52} << 52);
}

// ---- exp x = 2^(k / 128) (1 + r + r^2 / 2 + ...), |r| <= ln 2 / 256

struct Power {
    double value;  // 2^(i / 128)
    double error;  // what it lacks, relative to it
};

constexpr std::array<Power, kIntervals> powers_of_two() {
    const DoubleDouble root = precise_exp(kLn2 * DoubleDouble{1.0 / kIntervals, 0});
    std::array<Power, kIntervals> table{};
    DoubleDouble power{1, 0};
    for (Power& entry : table) {
        entry = {power.high, power.low / power.high};
        power = power * root;
    }
    return table;
}

constexpr std::array<Power, kIntervals> kPowers = powers_of_two();

// The step ln 2 / 128 cut to 36 bits: times k, below 2^18, it is exact.
constexpr double kStepHigh = 0x1.62e42fefa0000p-8;
constexpr double kStepLow = 0x1.cf79abc9e3b3ap-47;
constexpr double kStepsPerUnit = 0x1.71547652b82fep+7;  // 128 / ln 2
constexpr double kRoundToInteger = 0x1.8p52;            // adding it drops the fraction

inline double power_of_two(std::int64_t exponent) {
    return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52);
}

// (1 + rest) value 2^exponent where that is subnormal or the factor does not fit a double. Rounded
// once where the last bit of the result is (the 1 + ... - 1 below), not first to 53 bits.
double scale_at_the_edge(double value, double rest, std::int64_t exponent) {
    if (exponent > 0) return (value + value * rest) * 2 * power_of_two(exponent - 1);
    const double scale = power_of_two(exponent + 1022);
    value *= scale;
    double sum = value + value * rest;
    if (sum < 1) {
        const double low = (value - sum) + value * rest;
        const double up = 1 + sum;
        sum = (up + (((1 - up) + sum) + low)) - 1;
    }
    return sum * 0x1p-1022;
}

// exp(x + low) for a low far smaller than x.
inline double exp_sum(double x, double low) {
    const double steps = (x * kStepsPerUnit + kRoundToInteger) - kRoundToInteger;
    const auto k = static_cast<std::int64_t>(steps);
    const Power& power = kPowers[static_cast<std::uint64_t>(k) % kIntervals];
    const double r = ((x - steps * kStepHigh) - steps * kStepLow) + low;
    const double square = r * r;
    const double tail =
        square * (0.5 + r * (1.0 / 6)) + square * square * (1.0 / 24 + r * (1.0 / 120));
    const double rest = power.error + r + tail;
    const std::int64_t exponent = k >> 7;
    if (exponent < -960 || exponent > 1022) return scale_at_the_edge(power.value, rest, exponent);
    const double value = power.value * power_of_two(exponent);
    return value + value * rest;
}

// Beyond these exp is infinite or rounds to zero.
constexpr double kExpOverflow = 0x1.62e42fefa39f0p+9;    // 1024 ln 2
constexpr double kExpUnderflow = -0x1.74910d52d3052p+9;  // -1075 ln 2

// ---- pow(x, y) = exp(y log x) with log x to about 2^-68

DoubleDouble log_sum(std::uint64_t bits) {
    const Reduced x = reduce(bits);
    const double r = x.r.high;
    const DoubleDouble start = two_sum(x.exponent * kLn2High + x.interval.log_high, r);
    const DoubleDouble half_square = two_product(r, -0.5 * r);
    const DoubleDouble sum = two_sum(start.high, half_square.high);
    const double low = x.exponent * kLn2Low + x.interval.log_low + x.r.low - r * x.r.low;
    const double cube = r * r * r * log_tail(r);
    return fast_two_sum(sum.high, sum.low + (half_square.low + (start.low + (low + cube))));
}

enum class Parity { kNotInteger, kOdd, kEven };

Parity parity(double y) {
    const auto magnitude = std::bit_cast<std::uint64_t>(y) & 0x7fffffffffffffffu;
    const auto exponent = static_cast<int>(magnitude >> 52) - 1023;
    if (exponent < 0) return Parity::kNotInteger;
    if (exponent > 52) return Parity::kEven;
    const std::uint64_t significand = (magnitude & 0xfffffffffffffu) | 0x10000000000000u;
    const int fraction_bits = 52 - exponent;
    if (significand & ((std::uint64_t{1} << fraction_bits) - 1)) return Parity::kNotInteger;
    return (significand >> fraction_bits) & 1 ? Parity::kOdd : Parity::kEven;
}

constexpr bool negative(double x) {
    return std::bit_cast<std::uint64_t>(x) >> 63 != 0;
}

// pow(x, y) for x positive and finite, y finite.
double positive_pow(double x, double y) {
    if (x == 1) return 1;
    // Farther out y log x overflows or vanishes whatever x is.
    const double size = y < 0 ? -y : y;
    if (size < 0x1p-65) return 1;
    if (size > 0x1p64) return (x > 1) == (y > 0) ? kInf : 0;
    const DoubleDouble log = log_sum(normalised_bits(x));
    const DoubleDouble product = two_product(y, log.high);
    if (product.high >= kExpOverflow) return kInf;
    if (product.high < kExpUnderflow) return 0;
    return exp_sum(product.high, product.low + y * log.low);
}

// pow(x, y) where x is zero, infinite or negative, or either is infinite or NaN.
double special_pow(double x, double y) {
    if (y == 0 || x == 1) return 1;
    if (x != x || y != y) return x + y;
    const double size = negative(x) ? -x : x;
    if (y == kInf || y == -kInf) {
        if (size == 1) return 1;
        return (size > 1) == (y > 0) ? kInf : 0;
    }
    const Parity integer = parity(y);
    const bool flip = negative(x) && integer == Parity::kOdd;
    double result = 0;
    if (size == 0 || size == kInf)
        result = (size == 0) == (y > 0) ? 0 : kInf;
    else if (integer == Parity::kNotInteger)
        return kNan;
    else
        result = positive_pow(size, y);
    return flip ? -result : result;
}

}  // namespace

double log(double x) {
    if (!(x > 0 && x < kInf)) return special_log(x);
    const Reduced parts = reduce(normalised_bits(x));
    const double r = parts.r.high;
    const double square = r * r;
    const double start = parts.exponent * kLn2High + parts.interval.log_high;
    const DoubleDouble sum = fast_two_sum(start, r);
    const double low = parts.exponent * kLn2Low + parts.interval.log_low + parts.r.low + sum.low;
    const double curve = square * r * log_tail(r) - 0.5 * square;
    return sum.high + (low + curve);
}

double exp(double x) {
    if (x >= kExpUnderflow && x < kExpOverflow) return exp_sum(x, 0);
    if (x != x) return x + x;
    return x > 0 ? kInf : 0;
}

// Kahan's trick: what 1 + x lost is put back by the factor x / ((1 + x) - 1).
double log1p(double x) {
    const double sum = 1 + x;
    return sum == 1 || !(sum < kInf) ? x : log(sum) * (x / (sum - 1));
}

double expm1(double x) {
    const double power = exp(x);
    if (power == 1) return x;
    if (power - 1 == -1 || !(power < kInf)) return power - 1;
    return (power - 1) * (x / log(power));
}

double pow(double x, double y) {
    const bool plain = x > 0 && x < kInf && y > -kInf && y < kInf;
    return plain ? positive_pow(x, y) : special_pow(x, y);
}

}  // namespace sim
