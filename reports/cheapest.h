// Of several variants, the cheapest that reaches each number of nines.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

struct CheapestFor {
    double availability;                 // at least this, on average over the replications
    std::optional<std::size_t> variant;  // none reaches it
    double usd_per_month = 0;
};

// For 99 %, 99.9 %, 99.99 % and 99.999 %, when that is what the variants are compared by and any of
// them costs something; else none.
std::vector<CheapestFor> cheapest_for(const Comparison& comparison);

// Empty when there is nothing to say.
std::string cheapest_sentence(const Comparison& comparison);

}  // namespace reports
