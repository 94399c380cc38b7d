#include "sim/alias_table.h"

#include <cassert>

namespace sim {

AliasTable::AliasTable(std::span<const double> weights) : cells_(weights.size()) {
    double total = 0;
    for (const double weight : weights) {
        assert(weight >= 0);
        total += weight;
    }
    assert(total > 0 && weights.size() <= std::uint64_t{1} << 32);

    std::vector<double> shares;  // of a cell
    std::vector<std::uint32_t> small, large;
    for (std::uint32_t i = 0; i < weights.size(); ++i) {
        shares.push_back(weights[i] / total * static_cast<double>(weights.size()));
        (shares[i] < 1 ? small : large).push_back(i);
        cells_[i] = {0, i};
    }
    // A small one fills the rest of its cell from a large one, which thereby shrinks. What remains
    // at the end has a whole cell, up to rounding.
    while (!small.empty() && !large.empty()) {
        const std::uint32_t poor = small.back(), rich = large.back();
        small.pop_back();
        cells_[poor] = {static_cast<std::uint64_t>(shares[poor] * 0x1p64), rich};
        shares[rich] -= 1 - shares[poor];
        if (shares[rich] >= 1) continue;
        large.pop_back();
        small.push_back(rich);
    }
    // Rounding may leave over one of weight zero: its cell goes to one that has some.
    std::uint32_t some = 0;
    while (!(weights[some] > 0)) ++some;
    for (const std::uint32_t left : small)
        if (!(weights[left] > 0)) cells_[left] = {0, some};
}

}  // namespace sim
