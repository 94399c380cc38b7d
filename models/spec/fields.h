// The parameters of a declared struct, all of them at once: what structs, choices and tagged values
// have in common.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/check.h"
#include "models/spec/codec.h"
#include "models/spec/param.h"

namespace models::spec {

// Complaints about an object; each returns whether there was nothing to complain about. `beside`
// are names in the object that are not parameters, as "kind".
struct KnownNames {
    std::string_view owner;
    std::vector<std::string_view> parameters;
    std::vector<std::string_view> beside;
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

template <class P, class Struct>
bool parse_param(const P& param, const Cursor& object, Struct& out) {
    const std::optional<Cursor> value = object.member(param.name);
    if (!value) return !param.is_required || complain_missing(object, param.name, param.doc);
    typename P::Value& member = out.*param.member;
    return Codec<typename P::Value>::parse(*value, member) && within(*value, member, param.limits);
}

template <Declared T>
std::vector<std::string_view> names_of_params() {
    std::vector<std::string_view> names;
    for_each_param<T>([&](const auto& param) { names.push_back(param.name); });
    return names;
}

template <Declared T>
bool parse_fields(const Cursor& object, T& out, std::string_view owner,
                  std::vector<std::string_view> beside) {
    bool valid = only_known(object, {owner, names_of_params<T>(), std::move(beside)});
    for_each_param<T>([&](const auto& param) { valid = parse_param(param, object, out) && valid; });
    return valid && complain_checks(object, checked(out));
}

template <Declared T>
void echo_fields(const T& value, Json& object) {
    for_each_param<T>([&](const auto& param) {
        using Value = typename std::decay_t<decltype(param)>::Value;
        object.put(param.name, Codec<Value>::echo(value.*param.member));
    });
}

template <class P, class Struct>
Field field_of(const P& param, const Struct& initial, Types& types) {
    Field field;
    field.name = param.name;
    field.doc = param.doc;
    field.type = Codec<typename P::Value>::type(types);
    field.limits = limits_text(numeric(param.limits), param.limits.not_empty);
    field.is_required = param.is_required;
    if (!param.is_required) field.initial = Codec<typename P::Value>::echo(initial.*param.member);
    limit_numbers(field.type.schema, numeric(param.limits));
    if (param.limits.not_empty) limit_emptiness(field.type.schema);
    return field;
}

template <Declared T>
std::vector<Field> fields_of(Types& types) {
    std::vector<Field> fields;
    const T initial{};
    for_each_param<T>(
        [&](const auto& param) { fields.push_back(field_of(param, initial, types)); });
    return fields;
}

template <class P, class Struct>
void randomize(const P& param, Random& random, Struct& value) {
    auto& member = value.*param.member;
    member = Codec<typename P::Value>::random(random, member, param.limits);
}

// Tries until the spec's own check passes; a check that chance rarely meets gets the default.
template <Declared T>
T random_fields(Random& random, const T& around) {
    constexpr int kTries = 200;
    const Random::Nested nested(random);
    for (int i = 0; i < kTries; ++i) {
        T value = around;
        for_each_param<T>([&](const auto& param) { randomize(param, random, value); });
        if (checked(value).passed()) return value;
    }
    return around;
}

template <Declared T>
void visit_fields(const T& value, const std::string& pointer, const Visitor& visitor) {
    for_each_param<T>([&](const auto& param) {
        using Value = typename std::decay_t<decltype(param)>::Value;
        Codec<Value>::visit(value.*param.member, pointer_to(pointer, param.name), visitor);
    });
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
