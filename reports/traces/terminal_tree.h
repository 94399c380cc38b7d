// One trace as a tree in the terminal.
#pragma once

#include <cstddef>
#include <string>

#include "reports/traces/trace.h"

namespace reports {

// When each span began, how long it took and how much of that the whole request waited for; spans
// with a share of the critical path are marked with "*".
std::string trace_tree(const TraceSet& set, std::size_t index);

}  // namespace reports
