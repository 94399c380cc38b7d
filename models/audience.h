// A choice that only some users are given: where a scenario says so, and to which segments of its
// clients' users, or locales.
#pragma once

#include <string>
#include <vector>

namespace models {

struct Audience {
    enum class Of { segments, locales };
    std::string pointer;  // JSON pointer, from the node
    const std::vector<std::string>* names;
    Of of = Of::segments;
};

}  // namespace models
