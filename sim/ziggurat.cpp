#include "sim/ziggurat.h"

#include <cstddef>

#include "sim/double_double.h"

namespace sim {
namespace {

// Newton's method in double, and one more step in twice that.
constexpr DoubleDouble square_root(DoubleDouble x) {
    double root = x.high > 1 ? x.high : 1;
    for (int i = 0; i < 12; ++i) root = 0.5 * (root + x.high / root);
    return (DoubleDouble{root, 0} + x / DoubleDouble{root, 0}) * DoubleDouble{0.5, 0};
}

// A density that is 1 at zero, and where it has which height.
struct Exponential {
    static constexpr double tail = 7.6971174701310497;
    static constexpr double area = 0.0039496598225815572;
    static constexpr DoubleDouble density(double x) { return precise_exp({-x, 0}); }
    static constexpr DoubleDouble place(DoubleDouble height) { return -precise_log(height); }
};

struct HalfNormal {
    static constexpr double tail = 3.6541528853610088;
    static constexpr double area = 0.0049286732339746553;
    static constexpr DoubleDouble density(double x) {
        return precise_exp(DoubleDouble{x, 0} * DoubleDouble{-x / 2, 0});
    }
    static constexpr DoubleDouble place(DoubleDouble height) {
        return square_root(precise_log(height) * DoubleDouble{-2, 0});
    }
};

// tail and area are the solution of "the 256th box ends at height 1": area is that of the lowest
// box and the tail beyond it, and of every other box.
template <class Density>
constexpr Ziggurat build() {
    Ziggurat result;
    result.tail = Density::tail;
    DoubleDouble edge{Density::tail, 0};
    DoubleDouble height = Density::density(Density::tail);
    result.layers[0] = {Density::area / height.high * 0x1p-53, Density::tail};
    for (std::size_t i = 1; i < Ziggurat::kLayers; ++i) {
        result.heights[i] = height.high;
        const double step = edge.high * 0x1p-53;
        height = height + DoubleDouble{Density::area, 0} / edge;
        const bool last = i + 1 == Ziggurat::kLayers;
        edge = last ? DoubleDouble{} : Density::place(height);
        result.layers[i] = {step, edge.high};
    }
    result.heights[Ziggurat::kLayers] = 1;
    return result;
}

}  // namespace

constinit const Ziggurat kExponentialZiggurat = build<Exponential>();
constinit const Ziggurat kNormalZiggurat = build<HalfNormal>();

}  // namespace sim
