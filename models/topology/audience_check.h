// Rules and branches tell users apart by names that some client gives its users.
#pragma once

#include <span>
#include <string>

#include "models/nodes.h"
#include "models/topology/document_problems.h"

namespace models {

// Adds a problem for each name that no client's population has. Nodes by number.
void check_audiences(std::span<const std::string> names, std::span<const NodeFacts> parts,
                     DocumentProblems& problems);

}  // namespace models
