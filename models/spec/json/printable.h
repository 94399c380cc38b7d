// Text from files, made safe to show on a terminal.
//
// A scenario may come from anywhere, and a terminal obeys escape sequences. Whatever a problem
// quotes goes through here first.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace models::spec {

// Control characters, bidirectional overrides and invalid UTF-8 each become one U+FFFD; a tab
// becomes a space, so that carets stay aligned.
std::string printable(std::string_view text);

// The text in double quotes, printable, and cut to a readable length.
std::string in_quotes(std::string_view text);

// The line around an offset, cut to a window about the caret, and the caret's column in it.
struct Excerpt {
    std::string line;
    std::size_t caret = 0;
};
Excerpt excerpt(std::string_view text, std::size_t offset);

}  // namespace models::spec
