// Docs that are checked while compiling.
#pragma once

#include <string_view>

namespace models::spec {

// A sentence with a full stop, or it does not compile.
consteval std::string_view sentence(std::string_view doc) {
    if (doc.size() < 8 || doc.back() != '.') throw "a doc is a sentence with a full stop";
    return doc;
}

// A name as scenarios and reports write it, or it does not compile. Angle brackets stand around
// what differs from node to node: "rows_<partition>".
consteval std::string_view snake_case(std::string_view name) {
    for (const char c : name) {
        const bool fits =
            (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '<' || c == '>';
        if (!fits) throw "a name is snake_case";
    }
    if (name.empty()) throw "a name is snake_case";
    return name;
}

}  // namespace models::spec
