#include "models/hashes/java_string.h"

namespace models {

namespace {

// The code point that begins at `at`, which moves behind it. A malformed byte stands for itself.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
    const std::uint32_t first = byte(at++);
    const int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : first >= 0xc0 ? 1 : 0;
    if (more == 0 || at + static_cast<std::size_t>(more) > text.size()) return first;
    std::uint32_t point = first & (0x3fu >> more);
    for (int count = 0; count < more; ++count) point = point << 6 | (byte(at++) & 0x3fu);
    return point;
}

}  // namespace

std::int32_t java_hash(std::string_view text) {
    std::uint32_t hash = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::uint32_t point = next_code_point(text, at);
        if (point < 0x10000) {
            hash = hash * 31 + point;
        } else {
            hash = hash * 31 + (0xd800u + ((point - 0x10000) >> 10));
            hash = hash * 31 + (0xdc00u + ((point - 0x10000) & 0x3ff));
        }
    }
    return static_cast<std::int32_t>(hash);
}

}  // namespace models
