// Chance for random valid specs: the swarm test plays systems nobody thought of.
//
// Values stay near what was declared: a default's order of magnitude, sometimes the default itself,
// sometimes a limit. Wild values would only make runs too slow to learn from. No transcendental
// function is used, so a seed gives the same spec on every machine.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/spec/declaration/limits.h"
#include "models/spec/declaration/node_ref.h"

namespace models::spec {

class Random {
public:
    using Bits = std::function<std::uint64_t()>;
    using PickNode = std::function<NodeRef(Edge)>;

    Random(Bits bits, PickNode pick_node)
        : bits_(std::move(bits)), pick_node_(std::move(pick_node)) {}

    std::uint64_t below(std::uint64_t count) { return count == 0 ? 0 : bits_() % count; }
    bool one_in(std::uint64_t count) { return below(count) == 0; }
    double unit() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }
    NodeRef node(Edge edge) { return pick_node_(edge); }

    // True where a nested value should stay small, so that recursion ends.
    bool is_deep() const { return depth_ >= kDeepest; }

    class Nested {
    public:
        explicit Nested(Random& random) : random_(random) { ++random_.depth_; }
        ~Nested() { --random_.depth_; }
        Nested(const Nested&) = delete;
        Nested& operator=(const Nested&) = delete;

    private:
        Random& random_;
    };

private:
    static constexpr int kDeepest = 6;
    Bits bits_;
    PickNode pick_node_;
    int depth_ = 0;
};

// Within the limits, between a quarter of the default and four times it; a default of zero gives no
// scale, so `typical` is taken for it.
struct WholeRange {
    std::uint64_t around;
    std::uint64_t lowest;
    std::uint64_t highest;
    std::uint64_t typical;
};
std::uint64_t random_whole(Random& random, WholeRange range);

struct RealRange {
    double around;
    Limits<double> limits;
    double typical;
};
double random_real(Random& random, const RealRange& range);

}  // namespace models::spec
