// What a node says of another by name or number: a reading that its autoscaler follows, and single
// instances.
#pragma once

#include <span>
#include <string>

#include "models/nodes.h"
#include "models/topology/document_problems.h"

namespace models {

// Adds a problem for each that is not there. Nodes by number; those they name are known to be.
void check_mentions(std::span<const std::string> names, std::span<const NodeFacts> parts,
                    DocumentProblems& problems);

}  // namespace models
