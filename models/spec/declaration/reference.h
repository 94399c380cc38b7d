// The reference for people: REFERENCE.md, and what `spate describe` prints.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/spec/declaration/types.h"

namespace models::spec {

// Every definition with a table of parameters for each of its models.
std::string reference_markdown(const Types& types);

// All definitions for "", a definition's models for "balancers", a model's parameters for
// "balancers.least_request"; none when there is no such thing.
std::optional<std::string> describe(const Types& types, std::string_view path);

// What may have been meant by a path that describe() does not know.
std::string describe_hint(const Types& types, std::string_view path);

}  // namespace models::spec
