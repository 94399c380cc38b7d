// An index drawn by weight in constant time, with one random number.
//
// Walker's alias method, built as Vose does ("A linear algorithm for generating random numbers with
// a given distribution", 1991): n cells of equal size, each shared by at most two indices.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sim/rng.h"
#include "sim/uint128.h"

namespace sim {

class AliasTable {
public:
    // Finite, not negative, not all zero; at most 2^32.
    explicit AliasTable(std::span<const double> weights);

    // The high half of the product is the cell and the low half, as a fraction of 2^64, the place
    // in it: uniform but for n / 2^64.
    std::size_t sample(Draws& draws) const {
        const Uint128 place = static_cast<Uint128>(draws.next()) * cells_.size();
        const auto index = static_cast<std::size_t>(place >> 64);
        const Cell& cell = cells_[index];
        return static_cast<std::uint64_t>(place) < cell.own ? index : cell.other;
    }

    std::size_t size() const { return cells_.size(); }

private:
    struct Cell {
        std::uint64_t own;    // the share of the cell's own index, of 2^64
        std::uint32_t other;  // which index has the rest; its own when there is none
    };
    std::vector<Cell> cells_;
};

}  // namespace sim
