// Every member of a family in one place of a scenario: what "all" stands for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/types.h"
#include "models/spec/json/json.h"

namespace tools {

// A member written into its place: what the place has of its parameters is kept, the rest is the
// member's default.
struct Member {
    std::string kind;
    std::string value;                 // compact JSON, for --set
    std::string bare;                  // without what was kept
    std::vector<std::string> missing;  // required parameters that the place does not have
};

// In the family's order; empty when the path leads to no choice of a family. The path may end in
// ".kind", which is the same place.
std::vector<Member> members_at(const models::spec::Types& types, const models::spec::Json& document,
                               std::string_view path);

// The place itself: the path without a last ".kind".
std::string place_of(std::string_view path);

}  // namespace tools
