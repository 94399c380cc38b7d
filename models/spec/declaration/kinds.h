// Which kinds a path of a document can be set to: what `--vary nodes.front.balancer=all` goes over.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/types.h"
#include "models/spec/json/json.h"

namespace models::spec {

// In the family's order, for a path to a choice or to its "kind"; empty for a path to anything
// else. The document, whose type is the first of the types, says which kinds the path goes through;
// what it leaves out has its default.
std::vector<std::string> kinds_at(const Types& types, const Json& document, std::string_view path);

// The same kinds, with all that is declared of them.
std::vector<Model> models_at(const Types& types, const Json& document, std::string_view path);

}  // namespace models::spec
