#include "models/spec/json/printable.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace models::spec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";
constexpr std::string_view kCut = "\xE2\x80\xA6";
constexpr std::size_t kLongestQuote = 60;
constexpr std::size_t kBefore = 60;
constexpr std::size_t kAfter = 40;

constexpr bool continues(char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

struct Character {
    std::string_view bytes;
    std::uint32_t code = 0;
    bool valid = false;
};

// The character at the front of a text that is not empty (RFC 3629: no overlong forms, no
// surrogates, at most U+10FFFF).
Character first_character(std::string_view text) {
    const auto lead = static_cast<unsigned char>(text[0]);
    if (lead < 0x80) return {text.substr(0, 1), lead, true};
    const std::size_t size = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || text.size() < size) return {text.substr(0, 1), 0, false};
    std::uint32_t code = lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size; ++i) {
        if (!continues(text[i])) return {text.substr(0, 1), 0, false};
        code = (code << 6U) | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
    const bool valid = code >= kSmallest[size] && code <= 0x10FFFF && !surrogate;
    return {text.substr(0, valid ? size : 1), code, valid};
}

bool shows(const Character& character) {
    const std::uint32_t code = character.code;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    const bool direction = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
    const bool invisible = (code >= 0x200B && code <= 0x200F) || code == 0x2028 || code == 0x2029;
    return character.valid && !control && !direction && !invisible;
}

struct Counted {
    std::string text;
    std::size_t characters = 0;
    bool whole = true;
};

Counted printable_up_to(std::string_view text, std::size_t most) {
    Counted result;
    while (!text.empty()) {
        if (result.characters == most) {
            result.whole = false;
            break;
        }
        const Character character = first_character(text);
        if (character.code == '\t' && character.valid) {
            result.text += ' ';
        } else {
            result.text += shows(character) ? character.bytes : kReplacement;
        }
        ++result.characters;
        text.remove_prefix(character.bytes.size());
    }
    return result;
}

// Where the shown part of the line starts: its beginning, or kBefore characters ahead of the caret.
std::size_t window_start(std::string_view text, std::size_t offset) {
    std::size_t start = offset;
    for (std::size_t characters = 0; start > 0 && text[start - 1] != '\n';) {
        --start;
        if (!continues(text[start]) && ++characters == kBefore) break;
        if (offset - start > 4 * kBefore) break;
    }
    return start;
}

}  // namespace

std::string printable(std::string_view text) {
    return printable_up_to(text, text.size()).text;
}

std::string in_quotes(std::string_view text) {
    const Counted shown = printable_up_to(text, kLongestQuote);
    return '"' + shown.text + (shown.whole ? "" : std::string(kCut)) + '"';
}

Excerpt excerpt(std::string_view text, std::size_t offset) {
    offset = std::min(offset, text.size());
    const std::size_t start = window_start(text, offset);
    const bool cut = start > 0 && text[start - 1] != '\n';
    const Counted before = printable_up_to(text.substr(start, offset - start), text.size());

    std::string_view rest = text.substr(offset, 4 * kAfter);
    rest = rest.substr(0, rest.find('\n'));
    if (!rest.empty() && rest.back() == '\r') rest.remove_suffix(1);
    const Counted after = printable_up_to(rest, kAfter);

    Excerpt result;
    result.line = (cut ? std::string(kCut) : "") + before.text + after.text;
    if (!after.whole) result.line += kCut;
    result.caret = before.characters + (cut ? 1 : 0);
    return result;
}

}  // namespace models::spec
