// How the rate of logged requests goes, and how they are spread about it.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

struct LoggedRate {
    double per_second = 0;        // the mean, or at the beginning
    models::spec::Json stages;    // null: it does not change
    models::spec::Json arrivals;  // null: Poisson's
    std::string said;
};

// Of sorted times in seconds, from 0, which logs have in whole seconds: gaps are not known, and the
// spread is that of the counts of seconds (index of dispersion: variance over mean, 1 for
// Poisson's; of a renewal process over long times the square of the gaps' variation, Cox, "Renewal
// Theory", 1962). Whether the rate changes is asked of up to 24 equal parts (chi square). Either is
// said to be so beyond 3.5 standard deviations.
LoggedRate logged_rate(const std::vector<double>& times);

}  // namespace tools::imports
