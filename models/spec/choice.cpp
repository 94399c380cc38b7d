#include "models/spec/choice.h"

#include <fmt/core.h>

#include "models/spec/nearest.h"
#include "models/spec/printable.h"

namespace models::spec {

std::string_view kind_of(const Cursor& cursor) {
    if (const std::string* const word = cursor.text()) return *word;
    const Json* const kind = cursor.json().find("kind");
    return kind != nullptr && kind->text() != nullptr ? *kind->text() : std::string_view();
}

bool complain_kind(const Cursor& cursor, std::string_view family,
                   const std::vector<std::string_view>& known) {
    if (!cursor.is_object() && cursor.text() == nullptr) {
        return cursor.expected(fmt::format("one of {}", family),
                               fmt::format("write {{\"kind\": \"{}\"}}", known.front()));
    }
    const std::optional<Cursor> kind = cursor.member("kind");
    if (cursor.is_object() && !kind) {
        return cursor.problem("\"kind\" is missing",
                              did_you_mean("", known, fmt::format("{} are", family)));
    }
    const Cursor& given = kind ? *kind : cursor;
    if (given.text() == nullptr) return given.expected("a kind");
    return given.problem(fmt::format("{} is not one of {}", in_quotes(*given.text()), family),
                         did_you_mean(*given.text(), known, fmt::format("{} are", family)));
}

void define_choice(Definition& definition) {
    Json::List alternatives;
    for (const Model& model : definition.models) {
        alternatives.push_back(choice_schema(model));
        if (needs_nothing(model)) alternatives.push_back(bare_word_schema(model));
    }
    definition.schema = any_of(std::move(alternatives));
    definition.schema.put("description", definition.doc);
    definition.has_kinds = true;
}

void define_distribution(Definition& definition, const Type& bare) {
    Json::List alternatives = {bare.schema};
    for (const Model& model : definition.models) alternatives.push_back(choice_schema(model));
    definition.schema = any_of(std::move(alternatives));
    definition.schema.put("description", definition.doc);
    definition.has_kinds = true;
}

}  // namespace models::spec
