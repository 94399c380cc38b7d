// Calls that a route survives the loss of: with a fallback, nobody waits for their answer, or the
// node that is down is passed by.
#pragma once

#include <string_view>

#include "models/spec/json/json.h"

namespace models {

// Whether `node` answers without what the reference at `pointer` in it names.
bool is_survivable(const spec::Json& node, std::string_view pointer);

// Whether requests go past this node while it is down, to those behind it (a cache's `when_down`).
bool is_passed_by(const spec::Json& node);

}  // namespace models
