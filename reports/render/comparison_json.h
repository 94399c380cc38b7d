// compare.json ("spate.compare/1") and compare.csv: a comparison for other programs.
#pragma once

#include <string>

#include "reports/render/comparison_text.h"

namespace reports {

// Two comparisons of the same variants and seed differ in `wall_s` only. Times are in seconds,
// shares from 0 to 1, money in dollars; what cannot be said is null.
struct GoalResult;

// sweep.json ("spate.sweep/1"): the same without the differences to a baseline, with what came of
// the goal when there was one.
std::string sweep_json(const ComparisonInfo& info, const Comparison& comparison,
                       const GoalResult* goal);

std::string comparison_json(const ComparisonInfo& info, const Comparison& comparison);

// A line for each variant and figure: variant, figure, unit, value, low, high, against the baseline
// difference, difference_low, difference_high, ratio, ratio_low, ratio_high, and the variant's rank
// by the first metric (RFC 4180).
std::string comparison_csv(const Comparison& comparison);

}  // namespace reports
