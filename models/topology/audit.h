// What must hold of the figures of every run, whatever the scenario: a second look at the books, by
// somebody who did not keep them. It costs a pass over what a run leaves, and events nothing.
#pragma once

#include <string>
#include <vector>

#include "sim/recording.h"

namespace models {

// Those that do not hold, each in a sentence with its node and time; none when all is well.
std::vector<std::string> broken_invariants(const sim::Recording& recording);

}  // namespace models
