// Codecs of what holds other values: optional, list, named entries.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/named.h"
#include "models/spec/declaration/names.h"

namespace models::spec {

// Null is how an overlay says "none" where the default is something.
template <class T>
struct Codec<std::optional<T>> {
    using Value = std::optional<T>;

    static bool parse(const Cursor& cursor, Value& out) {
        if (cursor.is_null()) {
            out.reset();
            return true;
        }
        T value = out.value_or(T{});
        const bool valid = Codec<T>::parse(cursor, value);
        if (valid) out = std::move(value);
        return valid;
    }
    static Json echo(const Value& value) { return value ? Codec<T>::echo(*value) : Json(); }
    static Type type(Types& types) { return optional_type(Codec<T>::type(types)); }
    static Value random(Random& random, const Value& around, const LimitsOf<T>& limits) {
        constexpr bool nests = !Quantity<T> && !Number<T>;
        if ((nests && random.is_deep()) || random.one_in(2)) return around;
        return Codec<T>::random(random, around.value_or(T{}), limits);
    }
    static void visit(const Value& value, const std::string& pointer, const Visitor& visitor) {
        if (value) Codec<T>::visit(*value, pointer, visitor);
    }
};

template <class T>
struct Codec<std::vector<T>> {
    using Value = std::vector<T>;

    static bool parse(const Cursor& cursor, Value& out) {
        if (!cursor.is_list()) return cursor.expected("a list");
        Value elements;
        bool valid = true;
        for (const Cursor& each : cursor.elements()) {
            T element{};
            valid = Codec<T>::parse(each, element) && valid;
            elements.push_back(std::move(element));
        }
        if (valid) out = std::move(elements);
        return valid;
    }
    static Json echo(const Value& value) {
        Json::List list;
        for (const T& element : value) list.push_back(Codec<T>::echo(element));
        return list;
    }
    static Type type(Types& types) { return list_type(Codec<T>::type(types)); }
    static Value random(Random& random, const Value& around, const LimitsOf<T>& limits) {
        const Random::Nested nested(random);
        const bool keep = random.is_deep() || !is_random() || random.one_in(4);
        if (keep && !(limits.not_empty && around.empty())) return around;
        Value value(random.is_deep() || !is_random() ? 1 : random.below(3) + limits.not_empty);
        for (T& element : value) element = Codec<T>::random(random, T{}, limits);
        return value;
    }
    static void visit(const Value& value, const std::string& pointer, const Visitor& visitor) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            Codec<T>::visit(value[i], pointer_to(pointer, i), visitor);
        }
    }

private:
    // Only a model knows which texts mean anything to it.
    static constexpr bool is_random() { return !std::is_same_v<T, std::string>; }
};

template <class T>
struct Codec<Named<T>> {
    static bool parse(const Cursor& cursor, Named<T>& out) {
        if (!cursor.is_object()) return cursor.expected("an object");
        Named<T> named;
        bool valid = true;
        for (const Cursor& each : cursor.members()) {
            T value{};
            const bool named_well = parse_name(each);
            valid = Codec<T>::parse(each, value) && named_well && valid;
            named.entries.emplace_back(std::string(each.name()), std::move(value));
        }
        if (valid) out = std::move(named);
        return valid;
    }
    static Json echo(const Named<T>& named) {
        Json::Object object;
        for (const auto& [name, value] : named) object.push_back({name, Codec<T>::echo(value), {}});
        return object;
    }
    static Type type(Types& types) { return named_type(Codec<T>::type(types)); }
    static Named<T> random(Random& random, const Named<T>& around,
                           const LimitsOf<Named<T>>& limits) {
        const Random::Nested nested(random);
        if (random.is_deep() && !(limits.not_empty && around.empty())) return around;
        Named<T> named;
        const std::uint64_t count = random.below(3) + (limits.not_empty ? 1 : 0);
        for (std::uint64_t i = 0; i < count; ++i) {
            std::string name(1, static_cast<char>('a' + i));
            named.entries.emplace_back(std::move(name), Codec<T>::random(random, T{}, {}));
        }
        return named;
    }
    static void visit(const Named<T>& named, const std::string& pointer, const Visitor& visitor) {
        for (const auto& [name, value] : named) {
            Codec<T>::visit(value, pointer_to(pointer, std::string_view(name)), visitor);
        }
    }
};

}  // namespace models::spec
