// How requests came, in the words of a client: their rate, and how regular their gaps are.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

struct ArrivalLaw {
    double per_second = 0;        // 0: nothing is known, of fewer than two requests
    double seconds = 0;           // from the first to the last
    double variation = 1;         // of the gaps: standard deviation over mean
    models::spec::Json arrivals;  // null: Poisson's, which a client has anyway
    std::string said;
};

// Of times in seconds, in any order. Gaps of a Poisson process have a coefficient of variation of
// 1, which that of n gaps is near by 1 / sqrt(n) (delta method: exponential gaps have moments 1, 2,
// 6, 24). Further away the gaps are those of a renewal process with that variation, or even.
ArrivalLaw arrival_law(std::vector<double> times);

// "12.3/s"; of less than one in ten seconds "180/h".
std::string rate_text(double per_second);

}  // namespace tools::imports
