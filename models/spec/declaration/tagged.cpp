#include "models/spec/declaration/tagged.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace models::spec {
namespace {

void complain_unknown(const Cursor& cursor, std::string_view name,
                      const std::vector<std::string_view>& known) {
    const std::vector<Cursor> members = cursor.members();
    if (members.size() != 1 && cursor.text() == nullptr) {
        cursor.problem(fmt::format("nothing says what {} this is", name),
                       did_you_mean("", known, "one of"));
        return;
    }
    const std::string_view word = cursor.text() ? *cursor.text() : members.front().name();
    const Cursor& place = cursor.text() ? cursor : members.front();
    place.problem_with_name(fmt::format("{} is not a {}", in_quotes(word), name),
                            did_you_mean(word, known, "one of"));
}

}  // namespace

std::string_view key_of(const Cursor& cursor, std::string_view name,
                        const std::vector<std::string_view>& known) {
    if (!cursor.is_object() && cursor.text() == nullptr) {
        cursor.expected(fmt::format("a {}", name),
                        fmt::format("write {{\"{}\": ...}}", known.front()));
        return {};
    }
    std::string_view key;
    for (const std::string_view candidate : known) {
        const bool given =
            cursor.text() ? *cursor.text() == candidate : cursor.member(candidate).has_value();
        if (!given) continue;
        if (!key.empty()) {
            cursor.problem(fmt::format("is this {} or {}? one {} has one of them", in_quotes(key),
                                       in_quotes(candidate), name));
            return {};
        }
        key = candidate;
    }
    if (key.empty()) complain_unknown(cursor, name, known);
    return key;
}

bool complain_bare_word(const Cursor& cursor, std::string_view key) {
    return cursor.problem(fmt::format("{} needs a value", in_quotes(key)),
                          fmt::format("write {{\"{}\": ...}}", key));
}

}  // namespace models::spec
