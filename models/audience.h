// A choice that only some users are given: where a scenario says so, and to which segments of its
// clients' users.
#pragma once

#include <string>
#include <vector>

namespace models {

struct Audience {
    std::string pointer;  // JSON pointer, from the node
    const std::vector<std::string>* segments;
};

}  // namespace models
