// From where requests had to wait down along what the holders of each resource wait for, to the
// deepest one that was full: what stands above it filled up because of it.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "reports/diagnosis/graph.h"
#include "sim/outcome.h"

namespace reports {

constexpr double kFull = 0.75;      // of the window, and somebody waited or was refused
constexpr double kSaturated = 0.9;  // of a run in which nothing else was wrong

// All of it was in use for that share of the time while somebody waited for it, or it refused.
bool is_full(const ResourceGraph& graph, std::size_t resource, Stretch when, double full);

// When it was so, slice by slice and for a while.
std::vector<Stretch> full_stretches(const ResourceGraph& graph, std::size_t resource,
                                    Stretch within);

// From `start` on: most of those who hold each resource wait for the next.
std::vector<std::size_t> chain_from(const ResourceGraph& graph, std::size_t start, Stretch when);

// The last full one of a chain. A limit is named only when nothing that it guards is full.
std::optional<std::size_t> deepest_full(const ResourceGraph& graph,
                                        const std::vector<std::size_t>& chain, Stretch when,
                                        double full);

// The fullest machines or link under all: who holds what is not full, and still has to wait, waits
// for them.
std::optional<std::size_t> full_host(const ResourceGraph& graph, Stretch when, double full);

// What ran out for good at these nodes, so that requests ended for this reason.
std::optional<std::size_t> stock_out(const ResourceGraph& graph,
                                     const std::vector<std::size_t>& nodes, sim::Cause cause,
                                     Stretch when);

// All that was in use, the fullest first.
std::vector<ResourceUse> ranking_of(const ResourceGraph& graph, Stretch when);

}  // namespace reports
