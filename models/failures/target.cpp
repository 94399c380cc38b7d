#include "models/failures/target.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>

#include "models/spec/names.h"
#include "models/spec/scalars.h"

namespace models {

std::string text_of(const FailureTarget& target) {
    const std::string& node = target.node.node;
    return target.instance ? fmt::format("{}[{}]", node, *target.instance) : node;
}

namespace spec {

bool Codec<FailureTarget>::parse(const Cursor& cursor, FailureTarget& out) {
    constexpr std::string_view kExample = "write \"shop\", or \"shop[0]\" for its first instance";
    const std::string* const text = cursor.text();
    if (text == nullptr) return cursor.expected("a node's name", std::string(kExample));
    const std::size_t bracket = std::min(text->find('['), text->size());
    FailureTarget target{{{text->substr(0, bracket), ""}}, std::nullopt};
    bool valid = is_name(target.node.node);
    if (bracket < text->size()) {
        const char* const digits = text->data() + bracket + 1;
        const char* const end = text->data() + text->size();
        std::uint32_t number = 0;
        const auto [last, error] = std::from_chars(digits, end, number);
        valid = valid && error == std::errc() && last + 1 == end && *last == ']';
        target.instance = number;
    }
    if (!valid) {
        return cursor.problem(fmt::format("\"{}\" names no node and no instance", *text),
                              std::string(kExample));
    }
    out = std::move(target);
    return true;
}

bool Codec<ZoneName>::parse(const Cursor& cursor, ZoneName& out) {
    if (cursor.is_number()) {
        std::uint64_t number = 0;
        if (!parse_unsigned(cursor, 0xffff, number)) return false;
        out.name = fmt::format("{}", number);
        return true;
    }
    const std::string* const text = cursor.text();
    if (text == nullptr || text->empty()) {
        return cursor.expected("a zone's name or number", "write \"b\", or 1");
    }
    out.name = *text;
    return true;
}

Type Codec<ZoneName>::type(Types&) {
    Json number;
    number.put("type", "integer");
    number.put("minimum", 0);
    return {"zone", any_of({text_type("", "").schema, std::move(number)}), {}};
}

}  // namespace spec

}  // namespace models
