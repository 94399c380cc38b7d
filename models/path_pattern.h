// Paths of HTTP requests, and patterns of them as gateways write these.
//
// A pattern is compared segment by segment: `*`, `{name}` and `:name` stand for any one segment, a
// last `**` for any number of them, none included, as in Spring's PathPattern: "/api/users/**"
// fits "/api/users" and "/api/users/7/orders".
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace models {

// An endpoint of this name stands for every path that no pattern of its node fits.
inline constexpr std::string_view kUnroutedPath = "**";

namespace paths {

// Takes the first segment away: "/a/b" becomes "/b".
inline std::string_view take_segment(std::string_view& path) {
    path.remove_prefix(1);
    const std::string_view segment = path.substr(0, path.find('/'));
    path.remove_prefix(segment.size());
    return segment;
}

inline bool stands_for_any(std::string_view segment) {
    return segment == "*" || segment.starts_with(':') ||
           (segment.starts_with('{') && segment.ends_with('}'));
}

inline bool is_path(std::string_view text) {
    return text.starts_with('/');
}

inline bool fits(std::string_view pattern, std::string_view path) {
    if (!is_path(path)) return false;
    if (pattern == kUnroutedPath) return true;
    while (is_path(pattern)) {
        if (pattern == "/**") return true;
        if (!is_path(path)) return false;
        const std::string_view expected = take_segment(pattern);
        const std::string_view segment = take_segment(path);
        if (segment != expected && (segment.empty() || !stands_for_any(expected))) return false;
    }
    return pattern.empty() && path.empty();
}

// Without its first so many segments: "/api/users/7" without 2 is "/7".
inline std::string without_prefix(std::string_view path, std::uint32_t segments) {
    for (std::uint32_t i = 0; i < segments && is_path(path); ++i) take_segment(path);
    return path.empty() ? "/" : std::string(path);
}

}  // namespace paths

}  // namespace models
