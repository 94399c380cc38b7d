// Slices of time added up: for who looks at several of them as at one.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/recording.h"

namespace sim {

void add(Slice& sum, const Slice& more);

// Those from `first` up to, without, `end`, as far as there are any.
Slice sum_of(const std::vector<Slice>& slices, std::size_t first, std::size_t end);

}  // namespace sim
