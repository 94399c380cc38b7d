// One of several declared structs, told apart by the one key that names it.
//
//     {"work": "5ms"}    {"call": "orders.insert"}    {"choose": [{"weight": 3, "steps": [...]}]}
//
// An alternative has a `key` and a `doc`, and either `body()`, the one param that is its value, or
// params(), the parameters of the object that is its value. With both, the params stand beside the
// key: {"call": "orders", "timeout": "1s"}. A type that contains lists of itself is written
//
//     struct Step;
//     struct Work {
//         static constexpr std::string_view key = "work", doc = "Uses a core.";
//         sim::Duration time{};
//         static constexpr auto body() { return param("work", &Work::time, "Core time."); }
//     };
//     struct Parallel {
//         static constexpr std::string_view key = "parallel", doc = "Lists of steps side by side.";
//         std::vector<std::vector<Step>> branches;
//         static constexpr auto body() {
//             return param("parallel", &Parallel::branches, "The lists.");
//         }
//     };
//     struct Step : Tagged<Work, Parallel> {
//         static constexpr std::string_view name = "step", doc = "What an endpoint does next.";
//         using Tagged::Tagged;
//     };
//
// The first alternative must not contain the type itself: it is where random values end.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/fields.h"
#include "models/spec/declaration/variants.h"

namespace models::spec {

template <class... Kinds>
struct Tagged {
    using Variant = std::variant<Kinds...>;
    Variant is;

    Tagged() = default;
    template <class Kind>
    requires(is_alternative<Kind, std::variant<Kinds...>>) Tagged(Kind kind)
        : is(std::move(kind)) {}

    std::string_view key() const {
        return std::visit([](const auto& kind) { return kind.key; }, is);
    }
    template <class Kind>
    const Kind* as() const {
        return std::get_if<Kind>(&is);
    }
};

template <class T>
concept HasKey = requires(const T& value) {
    typename T::Variant;
    value.is;
    value.key();
};

template <class T>
concept HasBody = requires {
    T::body();
};

template <HasBody T>
const Parameter& body_of() {
    static const auto param = T::body();
    static const Parameter member = parameter_of(initial<T>(), param);
    return member;
}

// The one key that names an alternative, or empty after a complaint. A bare word is a key, too.
std::string_view key_of(const Cursor& cursor, std::string_view name,
                        const std::vector<std::string_view>& known);

// An alternative that can be a bare word has no body and needs no parameters.
bool complain_bare_word(const Cursor& cursor, std::string_view key);

template <class Kind>
bool parse_tagged(const Cursor& cursor, Kind& out) {
    if constexpr (HasBody<Kind>) {
        if (cursor.text() != nullptr) return complain_bare_word(cursor, Kind::key);
        const bool body = parse_parameter(body_of<Kind>(), cursor, &out);
        if constexpr (Declared<Kind>) {
            return parse_fields(cursor, out, Kind::key, {Kind::key}) && body;
        } else {
            return only_known(cursor, {Kind::key, {}, {Kind::key}}) &&
                   complain_checks(cursor, body ? checked(out) : Check()) && body;
        }
    } else {
        if (cursor.text() != nullptr) return parse_fields(cursor, out, Kind::key, {});
        const Cursor body = *cursor.member(Kind::key);
        if (!body.is_object()) return body.expected("an object");
        const bool alone = only_known(cursor, {Kind::key, {}, {Kind::key}});
        return parse_fields(body, out, Kind::key, {}) && alone;
    }
}

template <class Kind>
Json echo_tagged(const Kind& value) {
    Json object;
    if constexpr (HasBody<Kind>) {
        const Parameter& body = body_of<Kind>();
        object.put(Kind::key, body.actions->echo(body.in(&value)));
        if constexpr (Declared<Kind>) echo_fields(value, object);
    } else {
        Json body{Json::Object{}};
        echo_fields(value, body);
        object.put(Kind::key, std::move(body));
    }
    return object;
}

// Adds an alternative to its type's definition.
template <class Kind>
void define_tagged(Types& types, Definition& definition, Json::List& alternatives) {
    Model model{std::string(Kind::key), std::string(Kind::doc), {}};
    if constexpr (Declared<Kind>) model.fields = fields_of<Kind>(types);
    if constexpr (HasBody<Kind>) {
        Field body = field_of(body_of<Kind>(), &initial<Kind>(), types);
        body.is_required = true;
        alternatives.push_back(tagged_schema(model, field_schema(body)));
        model.fields.insert(model.fields.begin(), std::move(body));
    } else {
        Model outer{model.kind, model.doc, {}};
        alternatives.push_back(tagged_schema(outer, object_schema(model)));
        if (needs_nothing(model)) alternatives.push_back(bare_word_schema(model));
    }
    definition.models.push_back(std::move(model));
}

template <class Kind>
Kind random_tagged(Random& random) {
    const Random::Nested nested(random);
    Kind value{};
    for (int i = 0; i < kRandomTries; ++i) {
        value = Kind{};
        if constexpr (HasBody<Kind>) {
            const Parameter& body = body_of<Kind>();
            body.actions->randomize(random, body.in(&value), body.limits);
        }
        if constexpr (Declared<Kind>) value = random_fields(random, value);
        if (checked(value).passed()) break;
    }
    return value;
}

template <class Kind>
void visit_tagged(const Kind& value, const std::string& pointer, const Visitor& visitor) {
    const std::string inner = pointer_to(pointer, Kind::key);
    if constexpr (HasBody<Kind>) {
        walk_within(value, visitor, [&] {
            const Parameter& body = body_of<Kind>();
            body.actions->visit(body.in(&value), inner, visitor);
            if constexpr (Declared<Kind>) visit_fields(value, pointer, visitor);
        });
    } else {
        visit_fields(value, inner, visitor);
    }
}

template <HasKey T>
struct Codec<T> {
    using Variant = typename T::Variant;

    static bool parse(const Cursor& cursor, T& out) {
        const std::string_view key = key_of(cursor, T::name, keys());
        bool valid = false;
        for_each_alternative<Variant>([&]<class Kind>() {
            if (key != Kind::key) return;
            Kind value{};
            valid = parse_tagged(cursor, value);
            if (valid) out.is = std::move(value);
        });
        return valid;
    }

    static Json echo(const T& value) {
        return std::visit([](const auto& kind) { return echo_tagged(kind); }, value.is);
    }

    static Type type(Types& types) {
        return types.refer(T::name, T::doc, [](Types& all, Definition& definition) {
            Json::List alternatives;
            for_each_alternative<Variant>(
                [&]<class Kind>() { define_tagged<Kind>(all, definition, alternatives); });
            definition.schema = any_of(std::move(alternatives));
            definition.schema.put("description", definition.doc);
        });
    }

    static T random(Random& random, const T&, const Limits<Unordered>&) {
        const std::size_t count = std::variant_size_v<Variant>;
        const std::size_t chosen = random.is_deep() ? 0 : random.below(count);
        T value;
        std::size_t index = 0;
        for_each_alternative<Variant>([&]<class Kind>() {
            if (index++ == chosen) value.is = random_tagged<Kind>(random);
        });
        return value;
    }

    static void visit(const T& value, const std::string& pointer, const Visitor& visitor) {
        std::visit([&](const auto& kind) { visit_tagged(kind, pointer, visitor); }, value.is);
    }

private:
    static std::vector<std::string_view> keys() {
        std::vector<std::string_view> result;
        for_each_alternative<Variant>([&]<class Kind>() { result.push_back(Kind::key); });
        return result;
    }
};

}  // namespace models::spec
