// What is known of declared types, for people: the one description from which the JSON Schema
// (schema.h) and the reference (reference.h) are written.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"
#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/usage.h"

namespace models::spec {

// A value of an enumeration as scenarios write it, and what it means.
struct TypeWord {
    std::string name;
    std::string doc;  // empty where the name says it
};

// A type in the reference's words ("duration", "list of steps") and in JSON Schema's.
struct Type {
    std::string name;
    Json schema;
    std::string definition;         // the one it is, or holds; empty when there is none
    std::vector<TypeWord> words{};  // of an enumeration
};

struct Field {
    std::string name;
    std::string doc;
    Type type;
    std::string limits;  // "at least 1ms, at most 1min"; empty when there are none
    Json initial;        // the default; null when unset
    bool is_required = false;
};

// One kind of a family, one alternative of a tagged type, or a plain declared struct.
struct Model {
    std::string kind;
    std::string doc;
    std::vector<Field> fields;
    std::vector<sim::Figure> figures{};      // what it measures
    std::vector<sim::Resource> resources{};  // what calls wait for there, or run out of
    std::vector<sim::UsageRow> usages{};     // what it uses that is paid for
};

struct Definition {
    std::string name;
    std::string doc;
    std::vector<Model> models;
    Json schema;
    bool has_kinds = false;  // its models are told apart by "kind"
};

// The definitions met while describing a type, in the order they were met. Types that contain
// themselves are described once and referred to by name.
class Types {
public:
    // A reference to a definition, which is filled in on first use.
    Type refer(std::string_view name, std::string_view doc,
               const std::function<void(Types&, Definition&)>& define);

    const std::deque<Definition>& definitions() const { return definitions_; }
    const Definition* find(std::string_view name) const;

private:
    std::deque<Definition> definitions_;
};

// The pieces of JSON Schema that descriptions are put together from.
Type text_type(std::string_view name, std::string_view pattern);
Type list_type(const Type& element);
Type named_type(const Type& element);
Type optional_type(Type inner);
Json object_schema(const Model& model);
Json choice_schema(const Model& model);             // {"kind": ..., its fields}
Json tagged_schema(const Model& model, Json body);  // {its kind: body, its fields}
Json bare_word_schema(const Model& model);          // "its kind"
Json any_of(Json::List alternatives);

// Whether a model may be written as the bare word of its kind.
bool needs_nothing(const Model& model);

// A field's type with its doc, default and limits.
Json field_schema(const Field& field);

struct NumericLimits {
    Json lowest;
    Json highest;
    bool lowest_excluded = false;
    bool highest_excluded = false;
};

// Adds "minimum" and its like to a schema of numbers, or of optional or listed numbers. Limits of
// quantities with units are in the description only.
void limit_numbers(Json& schema, const NumericLimits& limits);
void limit_emptiness(Json& schema);

// "at least 1ms, below 1min".
std::string limits_text(const NumericLimits& limits, bool not_empty);

}  // namespace models::spec
