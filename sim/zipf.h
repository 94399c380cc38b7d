// Popularity: rank k of n is drawn with probability proportional to k^-s, in constant time and
// without a table, however large n is.
//
// Rejection-inversion (Hoermann and Derflinger, "Rejection-inversion to generate variates from
// monotone discrete distributions", 1996; in the form of Apache Commons' sampler): invert the
// integral of x^-s and keep the nearest integer unless it is too far off, which is rare.
#pragma once

#include <cstdint>

#include "sim/rng.h"

namespace sim {

class Zipf {
public:
    struct Shape {
        std::uint64_t ranks = 1;  // n, 1 to 2^52
        double exponent = 1;      // s >= 0; zero is uniform
    };

    explicit Zipf(Shape shape);

    // 1, the most popular, to n.
    std::uint64_t sample(Draws& draws) const;

private:
    double weight(double x) const;            // x^-s
    double integral(double x) const;          // of x^-s from 1 to x
    double inverse_integral(double y) const;  // where it is y

    double ranks_;
    double exponent_;
    double first_;  // the integral is drawn between these
    double last_;
    double sure_;  // no farther below its rank than this a place is always kept
};

}  // namespace sim
