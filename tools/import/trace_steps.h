// An endpoint's steps, as its profile tells them.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/json/json.h"
#include "tools/import/profiles.h"
#include "tools/import/trace_names.h"

namespace tools::imports {

struct NotedStep {
    models::spec::Json step;
    std::vector<std::string> comments;
};

// Calls between these nodes would close a circle, which a scenario must not have.
using RefusedCalls = std::set<std::pair<std::size_t, std::size_t>>;

// The own time first, then calls and failures in the order in which they come.
std::vector<NotedStep> steps_of(const EndpointProfile& profile, const TraceNames& names,
                                const RefusedCalls& refused);

// Of a call that is tried again after a failure; an empty list where none is.
models::spec::Json::List policies_of(const CallKind& kind);

// "12.5%", of 0 to 1.
std::string share_text(double share);

}  // namespace tools::imports
