// Data files that a scenario names: they lie in its folder, or below it, and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "models/spec/json/cursor.h"

namespace models::spec {

struct Beside {
    std::uint32_t source;  // among the problems' texts
    std::string_view text;

    // A problem with a line of it.
    void complain(const Cursor& cursor, std::size_t line, std::size_t offset, std::string message,
                  std::string hint) const;
};

// The file whose name the cursor is at; none, with a problem, when it cannot be had. Its text lives
// as long as the problems do.
std::optional<Beside> read_beside(const Cursor& cursor);

}  // namespace models::spec
