// Policies around a call: the first listed is the outermost, the one that a call meets first.
#pragma once

#include <vector>

#include "models/blocks/scopes.h"
#include "models/calls/policy.h"
#include "models/context.h"

namespace models {

// Inside all that are there.
void add_policies(Scopes& scopes, const std::vector<PolicyChoice>& policies,
                  const Context& context);

}  // namespace models
