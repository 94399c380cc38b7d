// Where to begin: what users saw most often, and where it came from.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "reports/diagnosis/graph.h"
#include "sim/outcome.h"

namespace reports {

// How many requests of a node ended for each reason.
using CauseCounts = std::array<double, sim::kMostCauses>;
CauseCounts causes_at(const ResourceGraph& graph, std::size_t node, Stretch when);

// The most frequent one that is a cause by itself; none when nothing failed.
sim::Cause cause_of(const ResourceGraph& graph, std::size_t client, Stretch when);

// The resource that has refused most for that reason, of all that the client's requests reach.
std::optional<std::size_t> refuser(const ResourceGraph& graph, std::size_t client, sim::Cause cause,
                                   Stretch when);

// The deepest node where it occurred about as often as at the client.
std::size_t origin(const ResourceGraph& graph, std::size_t client, sim::Cause cause, Stretch when);

}  // namespace reports
