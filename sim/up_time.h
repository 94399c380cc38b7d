// Up and down time as a user would call it: a slice of the measured time is up when at least 95 %
// of the requests that ended in it succeeded. A slice in which none ended is up when none was
// waiting either, else down.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/recording.h"

namespace sim {

// Slice by slice of the measured time, as these clients saw it together. Empty where time is not
// cut into slices.
std::vector<bool> up_slices(const Recording& recording,
                            const std::vector<const NodeRecord*>& clients);

// The most slices in a row that were down.
std::size_t longest_outage(const std::vector<bool>& up);

}  // namespace sim
