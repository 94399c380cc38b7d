// A compose file (compose-spec.io) as a system.
#pragma once

#include "tools/import/system.h"

namespace tools::imports {

// Whether a document is one: it has services.
bool is_compose(const models::spec::Json& document);

// What it says of each service, and what nobody here can say, which is left out.
void add_compose(const models::spec::Json& document, System& system);

}  // namespace tools::imports
