// JSON with comments, laid out as a person would.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

// By JSON pointer: the comments that stand above a member.
using Comments = std::map<std::string, std::vector<std::string>>;

// What fits on a line and has no comments within is on one. Comments are folded at 100 columns;
// "" is the whole, whose comments stand before it.
std::string commented_text(const models::spec::Json& json, const Comments& comments);

}  // namespace tools::imports
