// The requests of a node, told apart by the endpoint that they went to.
#pragma once

#include <string>
#include <vector>

#include "sim/recording.h"

namespace sim {

// Those that went to one of its endpoints.
struct RequestPart {
    std::string endpoint;  // empty: to none that is told apart
    Slices slices;
};

// Endpoints that had any, and the rest; together they are the node.
std::vector<RequestPart> request_parts(const NodeRecord& node);

}  // namespace sim
