#include "reports/words/terminal.h"

#include <fmt/format.h>

namespace reports {

namespace {

constexpr char32_t kInvalid = 0xFFFFFFFF;

// Decodes one UTF-8 character; an invalid byte stands for itself, as kInvalid.
char32_t next_character(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    if (lead < 0x80) return lead;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    if (lead < 0xC2 || lead > 0xF4 || text.size() - at < more) return kInvalid;
    char32_t character = lead & (0x3FU >> more);
    for (std::size_t i = 0; i < more; ++i) {
        const auto byte = static_cast<unsigned char>(text[at + i]);
        if ((byte & 0xC0) != 0x80) return kInvalid;
        character = character << 6 | (byte & 0x3FU);
    }
    const bool is_short = (more == 2 && character < 0x800) || (more == 3 && character < 0x10000);
    const bool is_surrogate = character >= 0xD800 && character <= 0xDFFF;
    if (is_short || is_surrogate || character > 0x10FFFF) return kInvalid;
    at += more;
    return character;
}

bool is_control(char32_t c) {
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F ||
           (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
}

// The wide and fullwidth blocks of Unicode's East Asian Width, and the emoji.
bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

bool takes_no_column(char32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200D) ||
           (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF;
}

std::size_t width_of_character(char32_t c) {
    return takes_no_column(c) ? 0 : is_wide(c) ? 2 : 1;
}

}  // namespace

std::string printable(std::string_view text) {
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t begin = at;
        const char32_t character = next_character(text, at);
        if (character == kInvalid) {
            clean += fmt::format("\\x{:02x}", static_cast<unsigned char>(text[begin]));
        } else if (is_control(character)) {
            clean += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(character));
        } else {
            clean += text.substr(begin, at - begin);
        }
    }
    return clean;
}

std::size_t width_of(std::string_view text) {
    std::size_t width = 0;
    for (std::size_t at = 0; at < text.size();)
        width += width_of_character(next_character(text, at));
    return width;
}

std::string fitted(std::string_view text, std::size_t width) {
    if (width_of(text) <= width)
        return std::string(text) + std::string(width - width_of(text), ' ');
    std::size_t end = 0;
    std::size_t used = 0;
    for (std::size_t at = 0; at < text.size(); end = at) {
        used += width_of_character(next_character(text, at));
        if (used + 1 > width) break;
    }
    const std::string_view kept = text.substr(0, end);
    return std::string(kept) + "~" + std::string(width - width_of(kept) - 1, ' ');
}

}  // namespace reports
