// A scenario of what traces tell: services with their endpoints, who calls whom and how often, own
// times, and arrivals from outside. What they do not tell has a placeholder and is marked GAP.
#pragma once

#include <string>

#include "tools/import/scenario_maker.h"
#include "tools/import/spans.h"
#include "tools/import/system.h"

namespace tools::imports {

// What cannot be said is added to what the system leaves out, and what is wrong to its problems: no
// scenario then.
MadeScenario make_trace_scenario(RecordedSpans& spans, System& system, const std::string& name,
                                 const std::string& schema);

}  // namespace tools::imports
