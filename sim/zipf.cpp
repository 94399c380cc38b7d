#include "sim/zipf.h"

#include <cassert>

#include "sim/math.h"

namespace sim {
namespace {

// (exp(x) - 1) / x and log(1 + x) / x, which go on through zero: s = 1 needs no case of its own.
double expm1_ratio(double x) {
    return x == 0 ? 1 : expm1(x) / x;
}
double log1p_ratio(double x) {
    return x == 0 ? 1 : log1p(x) / x;
}

}  // namespace

Zipf::Zipf(Shape shape) : ranks_(static_cast<double>(shape.ranks)), exponent_(shape.exponent) {
    assert(shape.ranks >= 1 && shape.ranks <= std::uint64_t{1} << 52);
    assert(shape.exponent >= 0 && shape.exponent < 1000);
    first_ = integral(1.5) - 1;
    last_ = integral(ranks_ + 0.5);
    sure_ = 2 - inverse_integral(integral(2.5) - weight(2));
}

std::uint64_t Zipf::sample(Draws& draws) const {
    if (exponent_ == 0) return 1 + draws.below(static_cast<std::uint64_t>(ranks_));
    for (;;) {
        const double y = last_ + draws.uniform() * (first_ - last_);
        const double x = inverse_integral(y);
        double rank = static_cast<double>(static_cast<std::uint64_t>(x + 0.5));
        if (rank < 1) rank = 1;
        if (rank > ranks_) rank = ranks_;
        if (rank - x <= sure_ || y >= integral(rank + 0.5) - weight(rank))
            return static_cast<std::uint64_t>(rank);
    }
}

double Zipf::weight(double x) const {
    return exp(-exponent_ * log(x));
}

// (x^(1 - s) - 1) / (1 - s), and log x for s = 1.
double Zipf::integral(double x) const {
    const double log_x = log(x);
    return expm1_ratio((1 - exponent_) * log_x) * log_x;
}

double Zipf::inverse_integral(double y) const {
    double t = (1 - exponent_) * y;
    if (t < -1) t = -1;  // by rounding only
    return exp(log1p_ratio(t) * y);
}

}  // namespace sim
