// Names that a scenario gives to what a policy counts, as parts of its measures' names.
#pragma once

#include <string_view>

namespace models {

// So that expressions can ask for it: "order_service" in "shop.order_service_opened".
constexpr bool is_word(std::string_view text) {
    if (text.empty() || text.size() > 40 || (text[0] >= '0' && text[0] <= '9')) return false;
    for (const char c : text) {
        const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!is_letter && !(c >= '0' && c <= '9')) return false;
    }
    return true;
}

}  // namespace models
