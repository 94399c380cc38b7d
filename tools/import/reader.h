// Files of a system that runs somewhere, whatever they are.
#pragma once

#include <string>
#include <vector>

#include "tools/import/access_lines.h"
#include "tools/import/spans.h"
#include "tools/import/system.h"

namespace tools::imports {

// Requests that a system served.
struct Recorded {
    RecordedSpans spans;
    LoggedRequests log;
};

// What all of them say, of a system or of requests that it served; what is wrong with them is a
// problem.
void read_system(const std::vector<std::string>& files, System& system, Recorded& recorded);

}  // namespace tools::imports
