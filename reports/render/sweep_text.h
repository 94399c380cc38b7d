// A sweep for people: a row for each value, a grid when two things are varied, and what came of the
// goal.
#pragma once

#include <string>
#include <vector>

#include "reports/goal.h"
#include "reports/render/comparison_text.h"

namespace reports {

std::string sweep_text(const ComparisonInfo& info, const Comparison& comparison,
                       const GoalResult* goal, bool colour);

// The metric over two axes, the first down and the second across; empty unless every row has a
// value in every column.
std::string grid_text(const ComparisonInfo& info, const Comparison& comparison);

}  // namespace reports
