#include "models/spec/declaration/random_spec.h"

#include <algorithm>

namespace models::spec {
namespace {

constexpr std::uint64_t kOftenDefault = 4;
constexpr std::uint64_t kOftenEdge = 6;

}  // namespace

std::uint64_t random_whole(Random& random, WholeRange range) {
    const std::uint64_t around = std::clamp(range.around, range.lowest, range.highest);
    if (random.one_in(kOftenDefault)) return around;
    if (random.one_in(kOftenEdge)) return range.lowest;
    const std::uint64_t scale = around == 0 ? range.typical : around;
    const bool large = scale > range.highest / 4;
    const std::uint64_t first = std::clamp(scale / 4, range.lowest, range.highest);
    const std::uint64_t last = large ? range.highest : std::max(first, scale * 4);
    return first + random.below(std::min(last - first, ~std::uint64_t{0} - 1) + 1);
}

double random_real(Random& random, const RealRange& range) {
    const double lowest = range.limits.lowest.value_or(0.0);
    const double highest = std::max(lowest, range.limits.highest.value_or(1e15));
    const double around = std::clamp(range.around, lowest, highest);
    const bool holds = range.limits.holds(around);
    if (holds && random.one_in(kOftenDefault)) return around;
    if (!range.limits.lowest_excluded && random.one_in(kOftenEdge)) return lowest;
    const double scale = around > 0 ? around : range.typical;
    const double first = std::clamp(scale / 4, lowest, highest);
    const double last = std::clamp(scale * 4, first, highest);
    const double value = first + (last - first) * (0.001 + 0.998 * random.unit());
    return range.limits.holds(value) ? value : around;
}

}  // namespace models::spec
