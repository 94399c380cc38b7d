// What is laid over a document before it is parsed: other files, and --set PATH=VALUE.
//
// Nothing here knows what a scenario is. A path that no parameter has becomes a value that no
// parameter has, and the parser refuses it, pointing at the --set it came from.
#pragma once

#include <string_view>

#include "models/spec/json/json.h"
#include "models/spec/json/problems.h"

namespace models::spec {

// RFC 7396: objects merge, null removes, anything else replaces. (nlohmann's merge_patch does the
// same but has nowhere to keep the places.)
void overlay(Json& document, Json patch);

// A path is names and, in lists, indices: "nodes.web.replicas", "failures.0.at". The value is JSON
// if it parses as JSON, else a string; null removes.
// `option` is what problems call it.
void set(Json& document, std::string_view path, std::string_view value, Problems& problems,
         std::string_view option = "--set");

}  // namespace models::spec
