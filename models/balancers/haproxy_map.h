// HAProxy's map of servers, each in as many slots as its weight, spread out: what `static-rr` goes
// through in order, and what `hash-type map-based` looks its hashes up in (lb_map.c).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/balancers/balancer.h"

namespace models {

// Indices among the candidates.
std::vector<std::uint32_t> haproxy_map(std::span<const Candidate> candidates);

}  // namespace models
