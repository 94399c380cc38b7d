// JSON values as text: the resolved echo, the schema, run.json.
#pragma once

#include <string>

#include "models/spec/json/json.h"

namespace models::spec {

// One line, or indented by two spaces a level. Numbers are written so that they read back equal.
std::string compact_text(const Json& json);
std::string indented_text(const Json& json);

}  // namespace models::spec
