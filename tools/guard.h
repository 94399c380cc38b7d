// Guards against a cascade: bulkheads on the calls along which it went up to the callers.
#pragma once

#include <string>
#include <vector>

#include "models/topology/scenario.h"
#include "reports/diagnosis/diagnosis.h"

namespace tools {

struct Guard {
    std::vector<std::string> sets;  // as --set has them
    std::string what;  // "a bulkhead of 200 (half its threads) for stock's calls of prices"
};

// Of each two nodes that filled up one after another, and where the one calls the other: half of
// the caller's threads for these calls, the rest for what needs none of them. The deepest first.
std::vector<Guard> guards_of(const models::Scenario& scenario, const reports::RootCause& finding);

}  // namespace tools
