#include "models/spec/declaration/types.h"

#include <fmt/core.h>

#include <algorithm>
#include <cassert>

#include "models/spec/units/units.h"

namespace models::spec {
namespace {

bool is_list_schema(const Json& schema) {
    const Json* const type = schema.find("type");
    return type != nullptr && *type == Json("array");
}

bool is_number_schema(const Json& schema) {
    const Json* const type = schema.find("type");
    return type != nullptr && (*type == Json("integer") || *type == Json("number"));
}

Json described(std::string_view doc) {
    Json schema;
    if (!doc.empty()) schema.put("description", doc);
    return schema;
}

// "replicas", or `work` and its siblings, as properties of an object that has no others.
void put_fields(const std::vector<Field>& fields, Json& properties, Json::List& required) {
    for (const Field& field : fields) {
        properties.put(field.name, field_schema(field));
        if (field.is_required) required.emplace_back(field.name);
    }
}

Json closed_object(std::string_view doc, Json properties, Json::List required) {
    Json schema = described(doc);
    schema.put("type", "object");
    schema.put("properties", properties.is_null() ? Json(Json::Object{}) : std::move(properties));
    if (!required.empty()) schema.put("required", std::move(required));
    schema.put("additionalProperties", false);
    return schema;
}

std::string plain(const Json& value) {
    if (const std::string* const text = value.text()) return *text;
    if (const auto* number = std::get_if<std::uint64_t>(&value.content)) {
        return std::to_string(*number);
    }
    if (const auto* number = std::get_if<std::int64_t>(&value.content)) {
        return std::to_string(*number);
    }
    if (const auto* number = std::get_if<double>(&value.content)) return text_of(*number);
    return {};
}

}  // namespace

Type Types::refer(std::string_view name, std::string_view doc,
                  const std::function<void(Types&, Definition&)>& define) {
    const auto known = std::ranges::find(definitions_, name, &Definition::name);
    if (known == definitions_.end()) {
        definitions_.push_back({std::string(name), std::string(doc), {}, {}, false});
        define(*this, definitions_.back());
    } else {
        assert(known->doc == doc);  // two types do not share a name
    }
    Json schema;
    schema.put("$ref", fmt::format("#/definitions/{}", name));
    return {std::string(name), std::move(schema), std::string(name)};
}

const Definition* Types::find(std::string_view name) const {
    const auto found = std::ranges::find(definitions_, name, &Definition::name);
    return found == definitions_.end() ? nullptr : &*found;
}

Type text_type(std::string_view name, std::string_view pattern) {
    Json schema;
    schema.put("type", "string");
    if (!pattern.empty()) schema.put("pattern", pattern);
    return {std::string(name), std::move(schema), {}};
}

Type list_type(const Type& element) {
    Json schema;
    schema.put("type", "array");
    schema.put("items", element.schema);
    return {fmt::format("list of {}", element.name), std::move(schema), element.definition};
}

Type named_type(const Type& element) {
    Json schema;
    schema.put("type", "object");
    schema.put("additionalProperties", element.schema);
    return {fmt::format("{} by name", element.name), std::move(schema), element.definition};
}

// Null unsets what an overlay or a default has set.
Type optional_type(Type inner) {
    Json null;
    null.put("type", "null");
    inner.schema = any_of({std::move(inner.schema), std::move(null)});
    return inner;
}

Json object_schema(const Model& model) {
    Json properties;
    Json::List required;
    put_fields(model.fields, properties, required);
    return closed_object(model.doc, std::move(properties), std::move(required));
}

// A sentence more about what it has of its own.
static std::string doc_with_resources(const Model& model) {
    std::string names;
    for (const sim::Resource& each : model.resources) {
        names += (names.empty() ? " Calls wait there for these, or run out of them: " : ", ");
        names += each.name;
    }
    return names.empty() ? model.doc : model.doc + names + ".";
}

Json choice_schema(const Model& model) {
    Json kind;
    kind.put("const", model.kind);
    Json properties;
    properties.put("kind", std::move(kind));
    Json::List required = {"kind"};
    put_fields(model.fields, properties, required);
    return closed_object(doc_with_resources(model), std::move(properties), std::move(required));
}

Json tagged_schema(const Model& model, Json body) {
    Json properties;
    properties.put(model.kind, std::move(body));
    Json::List required = {Json(model.kind)};
    put_fields(model.fields, properties, required);
    return closed_object(model.doc, std::move(properties), std::move(required));
}

Json bare_word_schema(const Model& model) {
    Json schema = described(model.doc);
    schema.put("const", model.kind);
    return schema;
}

bool needs_nothing(const Model& model) {
    return std::ranges::none_of(model.fields, &Field::is_required);
}

Json any_of(Json::List alternatives) {
    Json schema;
    schema.put("anyOf", std::move(alternatives));
    return schema;
}

// Draft-07 ignores what stands beside a $ref, so a reference is wrapped.
Json field_schema(const Field& field) {
    Json schema = field.type.schema;
    if (schema.find("$ref") != nullptr) {
        Json::List all;
        all.push_back(std::move(schema));
        schema = Json();
        schema.put("allOf", std::move(all));
    }
    const std::string limits = field.limits.empty() ? "" : fmt::format(" ({})", field.limits);
    schema.put("description", field.doc + limits);
    if (!field.is_required && !field.initial.is_null()) schema.put("default", field.initial);
    return schema;
}

void limit_numbers(Json& schema, const NumericLimits& limits) {
    if (is_list_schema(schema)) return limit_numbers(*schema.find("items"), limits);
    if (Json* const alternatives = schema.find("anyOf")) {
        for (Json& alternative : *alternatives->list()) limit_numbers(alternative, limits);
    }
    if (!is_number_schema(schema)) return;
    if (limits.lowest.is_number()) {
        schema.put(limits.lowest_excluded ? "exclusiveMinimum" : "minimum", limits.lowest);
    }
    if (limits.highest.is_number()) {
        schema.put(limits.highest_excluded ? "exclusiveMaximum" : "maximum", limits.highest);
    }
}

void limit_emptiness(Json& schema) {
    const Json* const found = schema.find("type");
    if (found == nullptr) return;
    const Json type = *found;  // putting moves what was found
    if (type == Json("array")) schema.put("minItems", 1);
    if (type == Json("object")) schema.put("minProperties", 1);
    if (type == Json("string")) schema.put("minLength", 1);
}

std::string limits_text(const NumericLimits& limits, bool not_empty) {
    std::string result = not_empty ? "not empty" : "";
    const auto add = [&](std::string_view relation, const Json& bound) {
        if (bound.is_null()) return;
        result += fmt::format("{}{} {}", result.empty() ? "" : ", ", relation, plain(bound));
    };
    add(limits.lowest_excluded ? "above" : "at least", limits.lowest);
    add(limits.highest_excluded ? "below" : "at most", limits.highest);
    return result;
}

}  // namespace models::spec
