// The parameters of a declared struct, all of them at once: what structs, choices and tagged values
// have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "models/spec/declaration/check.h"
#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/param.h"

namespace models::spec {

// Complaints about an object; each returns whether there was nothing to complain about. `beside`
// are names in the object that are not parameters, as "kind".
struct KnownNames {
    std::string_view owner;
    std::vector<std::string_view> parameters;
    std::vector<std::string_view> beside;
    std::vector<Gone> gone{};
};
bool only_known(const Cursor& object, const KnownNames& known);
bool complain_missing(const Cursor& object, std::string_view name, std::string_view doc);
bool complain_checks(const Cursor& object, const Check& check);
bool complain_limits(const Cursor& value, const std::string& limits);

// The same limits for the schema and for messages.
template <class B>
NumericLimits numeric(const Limits<B>& limits) {
    if constexpr (std::is_same_v<B, Unordered>) {
        return {};
    } else {
        const auto json = [](const std::optional<B>& bound) {
            return bound ? Codec<B>::echo(*bound) : Json();
        };
        return {json(limits.lowest), json(limits.highest), limits.lowest_excluded,
                limits.highest_excluded};
    }
}

template <class T, class B>
bool within(const Cursor& cursor, const T& value, const Limits<B>& limits) {
    bool holds = true;
    if constexpr (requires { value.empty(); }) holds = !(limits.not_empty && value.empty());
    if constexpr (std::is_same_v<T, B>) holds = limits.holds(value);
    return holds || complain_limits(cursor, limits_text(numeric(limits), limits.not_empty));
}

template <class T, class B>
bool within(const Cursor& cursor, const std::optional<T>& value, const Limits<B>& limits) {
    return !value || within(cursor, *value, limits);
}

template <class T, class B>
requires(!std::is_same_v<B, Unordered>) bool within(const Cursor& cursor,
                                                    const std::vector<T>& values,
                                                    const Limits<B>& limits) {
    if (limits.not_empty && values.empty()) return complain_limits(cursor, "not empty");
    bool valid = true;
    const std::vector<Cursor> elements = cursor.elements();
    for (std::size_t i = 0; i < values.size(); ++i) {
        valid = within(elements[i], values[i], limits) && valid;
    }
    return valid;
}

// What the type of a parameter can do, for those who have only its address. `limits` point to a
// LimitsOf<T>. So what walks through the parameters of structs is compiled once, in fields.cpp, and
// a struct costs the compiler a table.
struct ValueActions {
    bool (*parse)(const Cursor&, void* value, const void* limits);
    Json (*echo)(const void* value);
    Type (*type)(Types&, const void* limits, Field& field);
    void (*randomize)(Random&, void* value, const void* limits);
    void (*visit)(const void* value, const std::string& pointer, const Visitor&);
};

template <class T>
Type limited_type(Types& types, const LimitsOf<T>& limits, Field& field) {
    Type type = Codec<T>::type(types);
    field.limits = limits_text(numeric(limits), limits.not_empty);
    limit_numbers(type.schema, numeric(limits));
    if (limits.not_empty) limit_emptiness(type.schema);
    return type;
}

template <class T>
inline constexpr ValueActions value_actions = {
    [](const Cursor& cursor, void* value, const void* limits) {
        T& typed = *static_cast<T*>(value);
        return Codec<T>::parse(cursor, typed) &&
               within(cursor, typed, *static_cast<const LimitsOf<T>*>(limits));
    },
    [](const void* value) { return Codec<T>::echo(*static_cast<const T*>(value)); },
    [](Types& types, const void* limits, Field& field) {
        return limited_type<T>(types, *static_cast<const LimitsOf<T>*>(limits), field);
    },
    [](Random& random, void* value, const void* limits) {
        T& typed = *static_cast<T*>(value);
        typed = Codec<T>::random(random, typed, *static_cast<const LimitsOf<T>*>(limits));
    },
    [](const void* value, const std::string& pointer, const Visitor& visitor) {
        Codec<T>::visit(*static_cast<const T*>(value), pointer, visitor);
    }};

// One parameter of a struct.
struct Parameter {
    std::string_view name;
    std::string_view doc;
    bool is_required;
    std::ptrdiff_t offset;  // in the struct, in bytes
    const void* limits;
    const ValueActions* actions;

    void* in(void* object) const { return static_cast<char*>(object) + offset; }
    const void* in(const void* object) const { return static_cast<const char*>(object) + offset; }
};
using Parameters = std::vector<Parameter>;

template <class Struct, class Owner, class T>
Parameter parameter_of(const Struct& initial, const Param<Owner, T>& param) {
    const auto offset = reinterpret_cast<const char*>(&(initial.*param.member)) -
                        reinterpret_cast<const char*>(&initial);
    return {param.name, param.doc, param.is_required, offset, &param.limits, &value_actions<T>};
}

// A struct with the default of everything.
template <class T>
const T& initial() {
    static const T value{};
    return value;
}

template <class T>
std::vector<Gone> gone_of() {
    if constexpr (requires { T::gone(); }) {
        const auto gone = T::gone();
        return {gone.begin(), gone.end()};
    } else {
        return {};
    }
}

template <Declared T>
const Parameters& parameters_of() {
    static const auto declared = T::params();
    static const Parameters parameters = std::apply(
        [](const auto&... each) { return Parameters{parameter_of(initial<T>(), each)...}; },
        declared);
    return parameters;
}

bool parse_parameter(const Parameter& parameter, const Cursor& object, void* out);
// `names`: without its parameters.
bool parse_parameters(const Parameters& parameters, const Cursor& object, void* out,
                      KnownNames names);
void echo_parameters(const Parameters& parameters, const void* value, Json& object);
Field field_of(const Parameter& parameter, const void* initial, Types& types);
std::vector<Field> fields_of(const Parameters& parameters, const void* initial, Types& types);
void randomize_parameters(const Parameters& parameters, Random& random, void* value);
void visit_parameters(const Parameters& parameters, const void* value, const std::string& pointer,
                      const Visitor& visitor);

// How often chance looks for a struct that passes its own check.
inline constexpr int kRandomTries = 200;

template <Declared T>
bool parse_fields(const Cursor& object, T& out, std::string_view owner,
                  std::vector<std::string_view> beside) {
    return parse_parameters(parameters_of<T>(), object, &out,
                            {owner, {}, std::move(beside), gone_of<T>()}) &&
           complain_checks(object, checked(out));
}

template <Declared T>
void echo_fields(const T& value, Json& object) {
    echo_parameters(parameters_of<T>(), &value, object);
}

template <Declared T>
std::vector<Field> fields_of(Types& types) {
    return fields_of(parameters_of<T>(), &initial<T>(), types);
}

// Tries until the spec's own check passes; a check that chance rarely meets gets the default.
template <Declared T>
T random_fields(Random& random, const T& around) {
    const Random::Nested nested(random);
    for (int i = 0; i < kRandomTries; ++i) {
        T value = around;
        randomize_parameters(parameters_of<T>(), random, &value);
        if (checked(value).passed()) return value;
    }
    return around;
}

template <class T>
concept SaysAround = requires(const T& value) {
    Around(value.around());
};

template <class T, class Walk>
void walk_within(const T& value, const Visitor& visitor, Walk walk) {
    if constexpr (SaysAround<T>) {
        visitor.within(value.around(), walk);
    } else {
        walk();
    }
}

template <Declared T>
void visit_fields(const T& value, const std::string& pointer, const Visitor& visitor) {
    walk_within(value, visitor,
                [&] { visit_parameters(parameters_of<T>(), &value, pointer, visitor); });
}

// A declared struct inside another, or at the root: it has a `name` and a `doc`. Its parameters are
// parsed over the values already there, so an outer default outlives a partial mention.
// What a struct is called in messages and in the reference: its `type_name`, where it has a
// parameter called name, else its `name`.
template <class T>
constexpr std::string_view type_name() {
    if constexpr (requires { T::type_name; }) {
        return T::type_name;
    } else {
        return T::name;
    }
}

template <Declared T>
struct Codec<T> {
    static bool parse(const Cursor& cursor, T& out) {
        if (!cursor.is_object()) return cursor.expected("an object");
        return parse_fields(cursor, out, type_name<T>(), {"$schema"});
    }
    static Json echo(const T& value) {
        Json object{Json::Object{}};
        echo_fields(value, object);
        return object;
    }
    static Type type(Types& types) {
        return types.refer(type_name<T>(), T::doc, [](Types& all, Definition& definition) {
            Model model{std::string(type_name<T>()), std::string(T::doc), fields_of<T>(all)};
            definition.schema = object_schema(model);
            definition.models.push_back(std::move(model));
        });
    }
    static T random(Random& random, const T& around, const Limits<Unordered>&) {
        return random_fields(random, around);
    }
    static void visit(const T& value, const std::string& pointer, const Visitor& visitor) {
        visit_fields(value, pointer, visitor);
    }
};

}  // namespace models::spec
