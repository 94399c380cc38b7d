// A cache that evicts what its users cannot do without: their sessions. Nothing is full that
// anybody waits for, and no request is late enough for a window of trouble (windows.h), but people
// are logged out.
#pragma once

#include <string>
#include <vector>

#include "sim/recording.h"

namespace reports {

// A sentence for each such cache, in the scenario's order.
std::vector<std::string> evictions_of(const sim::Recording& recording);

}  // namespace reports
