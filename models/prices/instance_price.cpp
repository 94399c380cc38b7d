#include "models/prices/instance_price.h"

#include <algorithm>

namespace models::spec {

namespace {

// Sizes begin with a letter; prices with a dollar.
bool is_size(const std::string& text) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    const auto fits = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
    };
    return !text.empty() && is_letter(text.front()) && std::ranges::all_of(text, fits);
}

}  // namespace

bool Codec<InstancePrice>::parse(const Cursor& cursor, InstancePrice& out) {
    if (cursor.is_null()) {  // as an overlay says "none", and a resolved scenario
        out = {};
        return true;
    }
    if (cursor.text() != nullptr && is_size(*cursor.text())) {
        out = {std::nullopt, *cursor.text()};
        return true;
    }
    sim::Price own;
    if (!parse_quantity(cursor, own)) return false;
    out = {own, ""};
    return true;
}

Json Codec<InstancePrice>::echo(const InstancePrice& price) {
    if (price.own) return text_of(*price.own);
    return price.size.empty() ? Json() : Json(price.size);
}

Type Codec<InstancePrice>::type(Types&) {
    return optional_type(
        {"price or size",
         any_of({price_type().schema, text_type("", "^[A-Za-z][A-Za-z0-9_-]*$").schema}), ""});
}

InstancePrice Codec<InstancePrice>::random(Random& random, const InstancePrice& around,
                                           const Limits<Unordered>&) {
    const sim::Price own = around.own.value_or(sim::Price{0.1});
    return {Codec<sim::Price>::random(random, own, {}), ""};
}

}  // namespace models::spec
