#include "tools/import/path_names.h"

#include <algorithm>
#include <string_view>

namespace tools::imports {

namespace {

// A part of a path that names one thing among many: digits, or a long hexadecimal number.
bool is_number_of_one(std::string_view part) {
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (part.empty()) return false;
    if (std::ranges::all_of(part, is_digit)) return true;
    const bool is_hex = std::ranges::all_of(part, [&](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
    });
    return is_hex && part.size() >= 12 && std::ranges::any_of(part, is_digit);
}

}  // namespace

std::string without_ids(const std::string& name) {
    const std::string_view text = std::string_view(name).substr(0, name.find('?'));
    std::string result;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('/', at), text.size());
        const std::string_view part = text.substr(at, end - at);
        result += at > 0 && is_number_of_one(part) ? "{id}" : part;
        if (end < text.size()) result += '/';
        at = end + 1;
    }
    return result;
}

}  // namespace tools::imports
