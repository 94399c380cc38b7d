#include "models/failures/target.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "models/spec/declaration/names.h"

namespace models {

std::string text_of(const FailureTarget& target) {
    const std::string& node = target.node.node;
    return target.instance ? fmt::format("{}[{}]", node, *target.instance) : node;
}

std::optional<NumberedName> numbered_name(std::string_view text) {
    const std::size_t bracket = std::min(text.find('['), text.size());
    NumberedName named{std::string(text.substr(0, bracket)), std::nullopt};
    if (!spec::is_name(named.name)) return std::nullopt;
    if (bracket == text.size()) return named;
    const char* const end = text.data() + text.size();
    std::uint32_t number = 0;
    const auto [last, error] = std::from_chars(text.data() + bracket + 1, end, number);
    if (error != std::errc() || last + 1 != end || *last != ']') return std::nullopt;
    named.number = number;
    return named;
}

namespace spec {

bool Codec<FailureTarget>::parse(const Cursor& cursor, FailureTarget& out) {
    constexpr std::string_view kExample = "write \"shop\", or \"shop[0]\" for its first instance";
    if (cursor.is_null()) {
        out = {};
        return true;
    }
    const std::string* const text = cursor.text();
    if (text == nullptr) return cursor.expected("a node's name", std::string(kExample));
    const std::optional<NumberedName> named = numbered_name(*text);
    if (!named) {
        return cursor.problem(fmt::format("\"{}\" names no node and no instance", *text),
                              std::string(kExample));
    }
    out = {{{named->name, ""}}, named->number};
    return true;
}

bool Codec<PlaceName>::parse(const Cursor& cursor, PlaceName& out) {
    constexpr std::string_view kExample = "write \"eu-a\", \"web\", or \"web[0]\"";
    const std::string* const text = cursor.text();
    if (text == nullptr || !numbered_name(*text)) {
        return cursor.expected("the name of a place, a node or an instance", std::string(kExample));
    }
    out.name = *text;
    return true;
}

}  // namespace spec

}  // namespace models
