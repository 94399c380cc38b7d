#include "models/spec/declaration/names.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

constexpr std::size_t kLongestName = 64;

constexpr bool belongs(char c) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool foreign = (static_cast<unsigned char>(c) & 0x80U) != 0;
    return letter || foreign || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= kLongestName && text.front() != '-' &&
           std::ranges::all_of(text, belongs) && printable(text) == text;
}

bool parse_name(const Cursor& member) {
    if (is_name(member.name())) return true;
    return member.problem_with_name(
        fmt::format("{} cannot be a name", in_quotes(member.name())),
        fmt::format("a name is at most {} letters, digits, - or _", kLongestName));
}

}  // namespace models::spec
