#include "models/spec/declaration/kinds.h"

#include <algorithm>
#include <charconv>

namespace models::spec {
namespace {

// Where the walk is: what the schema says of it, the definition that is or holds, and the value the
// document, or a default, has there.
struct Here {
    const Json* schema = nullptr;
    const Definition* definition = nullptr;
    const Json* value = nullptr;
};

const Json* value_in(const Json* value, std::string_view segment) {
    if (value == nullptr) return nullptr;
    const Json::List* const list = value->list();
    if (list == nullptr) return value->find(segment);
    std::size_t index = list->size();
    std::from_chars(segment.data(), segment.data() + segment.size(), index);
    return index < list->size() ? &(*list)[index] : nullptr;
}

// The model that a value is of: the only one, the one of its kind, or the one of its key.
const Model* model_of(const Definition& definition, const Json* value, std::string_view segment) {
    const std::vector<Model>& models = definition.models;
    if (models.size() == 1) return &models.front();
    const Json* const kind =
        value == nullptr || value->text() != nullptr ? value : value->find("kind");
    const std::string* const word = kind == nullptr ? nullptr : kind->text();
    const auto found = std::ranges::find_if(models, [&](const Model& model) {
        return model.kind == (word != nullptr ? std::string_view(*word) : segment);
    });
    return found == models.end() ? nullptr : &*found;
}

// An optional type is described as "this or null".
const Json* without_null(const Json* schema) {
    const Json* const alternatives = schema == nullptr ? nullptr : schema->find("anyOf");
    return alternatives == nullptr ? schema : &alternatives->list()->front();
}

bool is_definition(const Here& here) {
    return here.definition != nullptr && here.schema->find("$ref") != nullptr;
}

// One segment further; no schema when the path leads out of what is declared.
Here step(const Types& types, const Here& here, std::string_view segment) {
    const Json* const value = value_in(here.value, segment);
    if (is_definition(here)) {
        const Model* const model = model_of(*here.definition, here.value, segment);
        if (model == nullptr) return {};
        const auto field = std::ranges::find(model->fields, segment, &Field::name);
        if (field == model->fields.end()) return {};
        return {without_null(&field->type.schema), types.find(field->type.definition),
                value != nullptr ? value : &field->initial};
    }
    const Json* inner = here.schema->find("items");
    if (inner == nullptr) inner = here.schema->find("additionalProperties");
    return {without_null(inner), here.definition, value};
}

}  // namespace

std::vector<Model> models_at(const Types& types, const Json& document, std::string_view path) {
    Json root;
    root.put("$ref", "#");
    Here here{&root, &types.definitions().front(), &document};
    while (!path.empty() && here.schema != nullptr) {
        const std::size_t end = std::min(path.find('.'), path.size());
        const std::string_view segment = path.substr(0, end);
        path.remove_prefix(std::min(end + 1, path.size()));
        const bool at_kind = segment == "kind" && path.empty() && is_definition(here);
        if (!at_kind) here = step(types, here, segment);
    }
    const bool choice = here.schema != nullptr && is_definition(here) && here.definition->has_kinds;
    return choice ? here.definition->models : std::vector<Model>();
}

std::vector<std::string> kinds_at(const Types& types, const Json& document, std::string_view path) {
    std::vector<std::string> kinds;
    for (const Model& model : models_at(types, document, path)) kinds.push_back(model.kind);
    return kinds;
}

}  // namespace models::spec
