// Whether the nodes that a spec refers to are there.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/codec.h"

namespace models::spec {

// Refuses a reference to a node that is not among the names; true when it is.
bool check_reference(const Reference& reference, const std::vector<std::string_view>& names,
                     const Json& document, Problems& problems);

// All references of a value whose pointers begin with `pointer`. The document says where they were
// written.
template <class T>
bool check_references(const T& value, const std::vector<std::string_view>& names,
                      const Json& document, Problems& problems, const std::string& pointer = {}) {
    bool valid = true;
    Codec<T>::visit(value, pointer, [&](const Reference& reference) {
        valid = check_reference(reference, names, document, problems) && valid;
    });
    return valid;
}

}  // namespace models::spec
