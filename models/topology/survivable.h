// Calls that a route survives the loss of: with a fallback, nobody waits for their answer, or the
// node that is down is passed by.
#pragma once

#include <string_view>

#include "models/spec/json.h"

namespace models {

// Whether whoever calls by the reference at `pointer` answers without it.
bool is_survivable(const spec::Json& document, std::string_view pointer);

// Whether requests go past this node while it is down, to those behind it (a cache's `when_down`).
bool is_passed_by(const spec::Json& node);

}  // namespace models
