// A difference between two runs, for people and for programs.
#pragma once

#include <string>

#include "reports/run_difference.h"

namespace reports {

// Of the nodes' figures those that changed most, unless everything is asked for.
std::string difference_text(const RunDifference& difference, bool everything, bool colour);

// The folders that the two runs were read from.
struct Folders {
    std::string before;
    std::string after;
};
std::string difference_json(const RunDifference& difference, const Folders& folders);

}  // namespace reports
