// A list of what was, and what is instead: for people and for programs.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

namespace reports {

// Of what only one of the two has, the other is nothing.
struct Change {
    std::string what;  // a path, or a name
    std::optional<std::string> before;
    std::optional<std::string> after;

    // "+" added, "-" removed, "~" changed.
    char sign() const { return !before ? '+' : !after ? '-' : '~'; }
};

// A line each, with its sign, in the sign's colour.
std::string signed_text(const std::vector<Change>& changes, bool colour);

// A line each, both sides always there: `nothing` is said of what is not.
std::string changes_text(const std::vector<Change>& changes, const std::string& nothing);

// [{"path": ..., "before": ..., "after": ...}], what is nothing as null; `name` is the first key.
nlohmann::ordered_json changes_json(const std::vector<Change>& changes, const char* name);

// The widest of such names, up to where a column ends.
std::size_t column_for(const std::vector<std::string>& names);

}  // namespace reports
