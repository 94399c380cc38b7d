// Text as a terminal shows it: nothing in it is obeyed, and its columns are counted.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reports {

// Control characters, bidirectional overrides and invalid UTF-8 made visible: whatever a scenario
// says reaches the terminal only through this.
std::string printable(std::string_view text);

// Columns that a printable text takes: wide East Asian characters take two, combining marks none.
std::size_t width_of(std::string_view text);

// Filled with spaces to a width; longer ones are cut, with "~" for what is missing.
std::string fitted(std::string_view text, std::size_t width);

}  // namespace reports
