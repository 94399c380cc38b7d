#include "models/spec/declaration/choice.h"

#include <fmt/core.h>

#include <algorithm>

#include "models/spec/json/nearest.h"
#include "models/spec/json/printable.h"

namespace models::spec {

// As random_fields.
AnySpec random_spec(Random& random, const Kind& kind) {
    const Random::Nested nested(random);
    for (int i = 0; i < kRandomTries; ++i) {
        AnySpec spec(kind);
        randomize_parameters(kind.parameters(), random, spec.spec());
        if (kind.check(spec.spec()).passed()) return spec;
    }
    return AnySpec(kind);
}

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

bool parse_choice(const Cursor& cursor, std::string_view family, const Kinds& kinds, AnySpec& out) {
    const std::string_view given = kind_of(cursor);
    const auto kind = std::ranges::find(kinds, given, &Kind::name);
    if (kind == kinds.end()) {
        std::vector<std::string_view> known;
        for (const Kind* each : kinds) known.push_back(each->name);
        return complain_kind(cursor, family, known);
    }
    AnySpec spec(**kind);
    const bool valid = parse_parameters((*kind)->parameters(), cursor, spec.spec(),
                                        {(*kind)->name, {}, {"kind"}, (*kind)->gone()}) &&
                       complain_checks(cursor, (*kind)->check(spec.spec()));
    if (valid) out = std::move(spec);
    return valid;
}

Json echo_choice(const AnySpec& value) {
    Json object;
    object.put("kind", value.kind().name);
    echo_parameters(value.kind().parameters(), value.spec(), object);
    return object;
}

void list_kinds(const Kinds& kinds, Types& types, Definition& definition) {
    for (const Kind* kind : kinds) {
        const AnySpec initial(*kind);
        definition.models.push_back({std::string(kind->name),
                                     std::string(kind->doc),
                                     fields_of(kind->parameters(), initial.spec(), types),
                                     {kind->figures.begin(), kind->figures.end()},
                                     {kind->resources.begin(), kind->resources.end()},
                                     {kind->usages.begin(), kind->usages.end()}});
    }
}

AnySpec random_choice(Random& random, const Kinds& kinds) {
    const std::size_t chosen = random.is_deep() ? 0 : random.below(kinds.size());
    return random_spec(random, *kinds[chosen]);
}

// Editors complete a kind from the names of all; which one is meant decides among the alternatives.
static void list_names(Definition& definition) {
    Json::List names;
    for (const Model& model : definition.models) names.emplace_back(model.kind);
    Json kind;
    kind.put("enum", std::move(names));
    kind.put("description", definition.doc);
    Json properties;
    properties.put("kind", std::move(kind));
    definition.schema.put("properties", std::move(properties));
}

void define_choice(Definition& definition) {
    Json::List alternatives;
    for (const Model& model : definition.models) {
        alternatives.push_back(choice_schema(model));
        if (needs_nothing(model)) alternatives.push_back(bare_word_schema(model));
    }
    definition.schema = any_of(std::move(alternatives));
    definition.schema.put("description", definition.doc);
    list_names(definition);
    definition.has_kinds = true;
}

void define_distribution(Definition& definition, const Type& bare) {
    Json::List alternatives = {bare.schema};
    for (const Model& model : definition.models) alternatives.push_back(choice_schema(model));
    definition.schema = any_of(std::move(alternatives));
    definition.schema.put("description", definition.doc);
    list_names(definition);
    definition.has_kinds = true;
}

}  // namespace models::spec
