#include "models/zone_name.h"

#include <fmt/core.h>

#include "models/spec/declaration/scalars.h"

namespace models::spec {

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

}  // namespace models::spec
