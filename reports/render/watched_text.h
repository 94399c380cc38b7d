// What came of objectives, alerts and recorded queries, in lines for a terminal.
#pragma once

#include <string>

#include "reports/summary.h"

namespace reports {

// Empty when nothing is watched.
std::string watched_text(const Summary& summary);

}  // namespace reports
