// What limits a system, from its summary: the node where requests wait, and what for.
#pragma once

#include <string>

#include "reports/summary.h"

namespace reports {

struct Limit {
    std::string node;
    std::string sentence;
};

// One plain sentence; it says so when nothing is close to its limit.
Limit what_limits(const Summary& summary);

}  // namespace reports
