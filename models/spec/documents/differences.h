// What differs between two documents, value by value: what spate plan shows.
#pragma once

#include <string>
#include <vector>

#include "models/spec/json/json.h"

namespace models::spec {

struct Difference {
    enum class Kind { changed, added, removed } kind = Kind::changed;
    std::string path;  // dotted, as --set takes it
    std::string before;
    std::string after;
};

// In the order of the first document, what is only in the second after that. A choice of another
// kind is one difference, not one for each of its parameters.
std::vector<Difference> differences(const Json& before, const Json& after);

}  // namespace models::spec
