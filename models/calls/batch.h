// One statement of many rows, as write-behind flushes them and a resharding moves them.
//
// A node that has such statements (Node::takes_batches) gets one, and works on every row of it.
// Any other gets a call for each row, all at once.
#pragma once

#include <cstdint>
#include <span>

#include "models/calls/edge.h"

namespace models {

// Fails when any part fails. The request is that of the first row.
Reply send_rows(World& world, Edge& edge, Request request, std::span<const std::uint64_t> rows,
                bool as_one);

}  // namespace models
