// What the fuzz targets have in common: claims that hold in every build, and inputs in several
// parts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

namespace fuzz {

// Not assert(): the claims hold in a release build too.
inline void claim(bool holds, const char* what, std::string_view shown) {
    if (holds) return;
    std::fprintf(stderr, "claim broken: %s\n%.*s\n", what, static_cast<int>(shown.size()),
                 shown.data());
    std::abort();
}

// Terminals obey control characters; nothing but line breaks may reach them.
inline bool is_safe_to_show(std::string_view text) {
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        if ((byte < 0x20 && byte != '\n') || byte == 0x7f) return false;
    }
    return true;
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

// What stands before the next zero byte; it and the byte are taken off the front.
inline std::string_view take_part(std::string_view& input) {
    const std::size_t end = input.find('\0');
    const std::string_view part = input.substr(0, end);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    return part;
}

}  // namespace fuzz
