// What is wrong with the network of a scenario, before any run, and where its nodes stand.
#pragma once

#include <string>

#include "models/network/links.h"
#include "models/spec/json/problems.h"
#include "models/topology/scenario.h"

namespace models {

// Adds a problem for each name that leads nowhere, node that cannot stand where it is placed, and
// place where nobody stands.
void check_network(const Scenario& scenario, const spec::Json& document, spec::Problems& problems);

// The zones in which a node's instances stand in turn: as `placement` says, or else its own
// parameters; clients among the first users. Empty for a balancer that is not placed, which is a
// part of its callers, and where a cluster decides.
Links::Stand standing_of(const NetworkSpec& network, const Places& places, const std::string& node,
                         const NodeChoice& choice);

}  // namespace models
