// Names that scenarios choose: of nodes, of endpoints.
#pragma once

#include <string>
#include <string_view>

#include "models/spec/json/cursor.h"

namespace models::spec {

// Letters (of any alphabet), digits, - and _; at most 64 bytes. A dot would be read as a path.
bool is_name(std::string_view text);

// Refuses a member whose name is none.
bool parse_name(const Cursor& member);

}  // namespace models::spec
