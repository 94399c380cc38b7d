// What a sweep without a goal says, in sentences: where the metric is best and worst, from which
// value on more brings little, and which values cross what is expected.
#pragma once

#include <string>
#include <vector>

#include "reports/comparison.h"

namespace reports {

// `is_line`: the variants are the values of one thing, in its order.
std::vector<std::string> sweep_sentences(const Comparison& comparison, bool is_line);

}  // namespace reports
