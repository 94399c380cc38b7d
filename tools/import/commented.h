// JSON with comments, laid out as a person would.
#pragma once

#include <initializer_list>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

// An object of these members, in this order.
models::spec::Json object_of(
    std::initializer_list<std::pair<const char*, models::spec::Json>> members);

// By JSON pointer: the comments that stand above a member.
using Comments = std::map<std::string, std::vector<std::string>>;

// What fits on a line and has no comments within is on one. Comments are folded at 100 columns;
// "" is the whole, whose comments stand before it.
std::string commented_text(const models::spec::Json& json, const Comments& comments);

}  // namespace tools::imports
