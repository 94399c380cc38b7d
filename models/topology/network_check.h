// What is wrong with the network of a scenario, before any run, and where its nodes stand.
#pragma once

#include <string>

#include "models/network/links.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"
#include "models/topology/static_pods.h"

namespace models {

// Adds a problem for each name that leads nowhere, node that cannot stand where it is placed, and
// place where nobody stands.
void check_network(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

// The zones in which a node's instances stand in turn: as `placement` says, or else its own
// parameters; clients among the first users. Empty for a balancer that is not placed, which is a
// part of its callers, and where a cluster decides.
// Those that run on a machine of a cluster stand on that, or in its zone where it has no place yet.
Links::Stand standing_of(const Scenario& scenario, const StaticPods& pods, const Places& places,
                         const std::string& node);

}  // namespace models
