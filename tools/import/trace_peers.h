// Nodes for what traces know by its callers alone: databases, caches, hosts without spans.
#pragma once

#include <vector>

#include "models/spec/json/json.h"
#include "tools/import/notes.h"
#include "tools/import/profiles.h"
#include "tools/import/system.h"
#include "tools/import/trace_names.h"

namespace tools::imports {

struct TracedCalls {
    const Executions& executions;
    const std::vector<EndpointProfile>& profiles;
    const TraceNames& names;
    double seconds;  // in which they were made
};

// Null when nobody waited for it.
models::spec::Json peer_node(const TracedNode& node, const TracedCalls& calls, Notes& notes,
                             System& system);

}  // namespace tools::imports
