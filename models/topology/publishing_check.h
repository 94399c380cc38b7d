// What a step that publishes says, and the broker takes no heed of.
#pragma once

#include "models/nodes.h"
#include "models/spec/declaration/node_ref.h"
#include "models/topology/document_problems.h"

namespace models {

// Adds a problem for each setting that is written there and is another kind of broker's; `broker`
// is whom the reference means.
void check_publishing(const NodeFacts& broker, const spec::Reference& reference,
                      DocumentProblems& problems);

}  // namespace models
