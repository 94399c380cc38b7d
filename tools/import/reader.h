// Files of a system that runs somewhere, whatever they are.
#pragma once

#include <string>
#include <vector>

#include "tools/import/spans.h"
#include "tools/import/system.h"

namespace tools::imports {

// What all of them say, of a system or of requests that it served; what is wrong with them is a
// problem.
void read_system(const std::vector<std::string>& files, System& system, RecordedSpans& spans);

}  // namespace tools::imports
