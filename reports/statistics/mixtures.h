// Mixtures of two laws, most likely for a sample.
#pragma once

#include <optional>

#include "reports/statistics/law.h"
#include "reports/statistics/maximum_likelihood.h"

namespace reports {

// The first has the smaller mean. None when the sample is not of two kinds.
std::optional<Law> most_likely_hyperexponential(const FitSample& sample);
std::optional<Law> most_likely_two_lognormals(const FitSample& sample);

}  // namespace reports
