// Traces whose requests are followed through the system: which there are, and whether what they say
// can be done.
#pragma once

#include <string>
#include <vector>

#include "models/arrivals/traces/trace_file.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

struct FollowedTrace {
    std::string client;
    const Trace* trace;
};
std::vector<FollowedTrace> followed_traces(const Scenario& scenario);

// A column that nothing would follow is a problem.
void check_replays(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

}  // namespace models
