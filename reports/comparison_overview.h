// What a comparison of many variants says in a few lines, where a sentence for each would be pages:
// who is lower, who is higher, of whom no difference was shown, and who did the very same.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

// Whether there are too many for a sentence each.
bool needs_overview(const Comparison& comparison);

// A line for each group, those that differ most first.
std::vector<std::string> overview_of(const Comparison& comparison);

}  // namespace reports
