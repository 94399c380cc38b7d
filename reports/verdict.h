// Expectations and what came of them.
#pragma once

#include <string>
#include <vector>

#include "reports/expression.h"

namespace reports {

struct Verdict {
    std::string expr;
    Value value;
    bool held = false;  // an expectation of which nothing can be said has not held
};

// What the scenario expects, judged by its summary.
std::vector<Verdict> judge(const std::vector<Expression>& expectations, const Summary& summary);

bool all_held(const std::vector<Verdict>& verdicts);

}  // namespace reports
