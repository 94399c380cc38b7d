// The layers under a decreasing density, for sampling it with one draw, one multiplication and one
// comparison (Marsaglia and Tsang, "The ziggurat method for generating random variables", 2000).
//
// Layer i is a box from 0 to edge(i) that holds the density between heights density(edge(i)) and
// density(edge(i + 1)); all 256 have the same area, and the lowest one stands for the tail too.
#pragma once

#include <array>

namespace sim {

struct Ziggurat {
    static constexpr int kLayers = 256;

    struct Layer {
        double step;   // width of the box / 2^53: turns 53 random bits into a place in it
        double inner;  // left of this the box lies under the density: accept
    };

    double tail = 0;  // where the lowest box ends and the tail starts
    std::array<Layer, kLayers> layers{};
    std::array<double, kLayers + 1> heights{};  // the density at the bottom of each box
};

// exp(-x), and exp(-x^2 / 2) for x >= 0.
extern const Ziggurat kExponentialZiggurat;
extern const Ziggurat kNormalZiggurat;

}  // namespace sim
