// Codecs of single values: flags, numbers, texts, quantities, words from a list, node references.
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/spec/units/units.h"

namespace models::spec {

bool parse_bool(const Cursor& cursor, bool& out);
bool parse_text(const Cursor& cursor, std::string& out);
bool parse_real(const Cursor& cursor, double& out);
bool parse_signed(const Cursor& cursor, std::int64_t lowest, std::int64_t highest,
                  std::int64_t& out);
bool parse_unsigned(const Cursor& cursor, std::uint64_t highest, std::uint64_t& out);
bool parse_node_ref(const Cursor& cursor, NodeRef& out);

Type bool_type();
Type whole_type(Json lowest, Json highest);
Type real_type();
Type any_type();
Type duration_type();
Type bytes_type();
Type rate_type();
Type price_type();
Type fraction_type();
Type node_ref_type(Edge edge);

template <>
struct Codec<bool> : Leaf<bool> {
    static bool parse(const Cursor& cursor, bool& out) { return parse_bool(cursor, out); }
    static Json echo(bool value) { return value; }
    static Type type(Types&) { return bool_type(); }
    static bool random(Random& random, bool, const LimitsOf<bool>&) { return random.one_in(2); }
};

// A text is what only its model understands, so chance leaves the default as it is.
template <>
struct Codec<std::string> : Leaf<std::string> {
    static bool parse(const Cursor& cursor, std::string& out) { return parse_text(cursor, out); }
    static Json echo(const std::string& value) { return value; }
    static Type type(Types&) { return text_type("text", ""); }
    static std::string random(Random&, const std::string& around,
                              const LimitsOf<std::string>& limits) {
        return around.empty() && limits.not_empty ? "word" : around;
    }
};

// Any JSON at all, kept for somebody else to parse.
template <>
struct Codec<Json> : Leaf<Json> {
    static bool parse(const Cursor& cursor, Json& out) {
        out = cursor.json();
        return true;
    }
    static Json echo(const Json& value) { return value; }
    static Type type(Types&) { return any_type(); }
    static Json random(Random&, const Json& around, const LimitsOf<Json>&) { return around; }
};

// The lowest and highest whole number that limits leave of a type's range; without a limit chance
// does not go below zero.
template <std::integral T>
WholeRange whole_range(T around, const Limits<T>& limits, std::uint64_t typical) {
    T lowest = limits.lowest.value_or(T{0});
    T highest = limits.highest.value_or(std::numeric_limits<T>::max());
    if (limits.lowest_excluded) ++lowest;
    if (limits.highest_excluded) --highest;
    const auto above_lowest = [&](T value) {
        return static_cast<std::uint64_t>(value) - static_cast<std::uint64_t>(lowest);
    };
    if (lowest < T{0}) {
        return {above_lowest(std::max(around, lowest)), 0, above_lowest(highest), typical};
    }
    return {static_cast<std::uint64_t>(std::max(around, T{0})), static_cast<std::uint64_t>(lowest),
            static_cast<std::uint64_t>(highest), typical};
}

template <std::integral T>
requires(!std::same_as<T, bool>) struct Codec<T> : Leaf<T> {
    using Range = std::numeric_limits<T>;
    static bool parse(const Cursor& cursor, T& out) {
        std::conditional_t<std::is_signed_v<T>, std::int64_t, std::uint64_t> value{};
        bool valid = false;
        if constexpr (std::is_signed_v<T>) {
            valid = parse_signed(cursor, Range::min(), Range::max(), value);
        } else {
            valid = parse_unsigned(cursor, Range::max(), value);
        }
        if (valid) out = static_cast<T>(value);
        return valid;
    }
    static Json echo(T value) { return value; }
    static Type type(Types&) { return whole_type(Range::min(), Range::max()); }
    static T random(Random& random, T around, const Limits<T>& limits) {
        const T lowest = limits.lowest.value_or(T{0});
        const std::uint64_t value = random_whole(random, whole_range(around, limits, 10));
        if (lowest >= T{0}) return static_cast<T>(value);
        return static_cast<T>(static_cast<std::uint64_t>(lowest) + value +
                              (limits.lowest_excluded ? 1 : 0));
    }
};

template <>
struct Codec<double> : Leaf<double> {
    static bool parse(const Cursor& cursor, double& out) { return parse_real(cursor, out); }
    static Json echo(double value) { return value; }
    static Type type(Types&) { return real_type(); }
    static double random(Random& random, double around, const Limits<double>& limits) {
        return random_real(random, {around, limits, 10.0});
    }
};

template <class T>
struct QuantityCodec : Leaf<T> {
    static bool parse(const Cursor& cursor, T& out) { return parse_quantity(cursor, out); }
    static Json echo(const T& value) { return text_of(value); }
};

template <>
struct Codec<sim::Duration> : QuantityCodec<sim::Duration> {
    static Type type(Types&) { return duration_type(); }
    static sim::Duration random(Random& random, sim::Duration around,
                                const Limits<sim::Duration>& limits) {
        const auto count = [](const auto& bound) {
            return bound ? std::optional(bound->count()) : std::nullopt;
        };
        const Limits<std::int64_t> counts{count(limits.lowest), count(limits.highest),
                                          limits.lowest_excluded, limits.highest_excluded};
        constexpr std::uint64_t kTypical = 100'000'000;
        const WholeRange range = whole_range(around.count(), counts, kTypical);
        return sim::Duration(static_cast<std::int64_t>(random_whole(random, range)));
    }
};

template <>
struct Codec<sim::Bytes> : QuantityCodec<sim::Bytes> {
    static Type type(Types&) { return bytes_type(); }
    static sim::Bytes random(Random& random, sim::Bytes around, const Limits<sim::Bytes>& limits) {
        const auto count = [](const auto& bound) {
            return bound ? std::optional(bound->count) : std::nullopt;
        };
        const Limits<std::uint64_t> counts{count(limits.lowest), count(limits.highest),
                                           limits.lowest_excluded, limits.highest_excluded};
        constexpr std::uint64_t kTypical = std::uint64_t{1} << 16U;
        return sim::Bytes{random_whole(random, whole_range(around.count, counts, kTypical))};
    }
};

// A quantity that is one double, its member `number`.
template <class T>
T random_quantity(Random& random, double T::*number, const T& around, const Limits<T>& limits,
                  double typical) {
    const auto bare = [&](const std::optional<T>& bound) {
        return bound ? std::optional((*bound).*number) : std::nullopt;
    };
    const Limits<double> numbers{bare(limits.lowest), bare(limits.highest), limits.lowest_excluded,
                                 limits.highest_excluded};
    return T{random_real(random, {around.*number, numbers, typical})};
}

template <>
struct Codec<sim::Rate> : QuantityCodec<sim::Rate> {
    static Type type(Types&) { return rate_type(); }
    static sim::Rate random(Random& random, sim::Rate around, const Limits<sim::Rate>& limits) {
        return random_quantity(random, &sim::Rate::per_second, around, limits, 10.0);
    }
};

template <>
struct Codec<sim::Price> : QuantityCodec<sim::Price> {
    static Type type(Types&) { return price_type(); }
    static sim::Price random(Random& random, sim::Price around, const Limits<sim::Price>& limits) {
        return random_quantity(random, &sim::Price::usd_per_hour, around, limits, 0.1);
    }
};

template <>
struct Codec<sim::Fraction> : QuantityCodec<sim::Fraction> {
    static Type type(Types&) { return fraction_type(); }
    static sim::Fraction random(Random& random, sim::Fraction around,
                                Limits<sim::Fraction> limits) {
        if (!limits.highest) limits.highest = sim::Fraction{1};
        return random_quantity(random, &sim::Fraction::value, around, limits, 0.25);
    }
};

// An enumeration names its values in a function found beside it:
//     enum class Order { kFifo, kLifo };
//     constexpr auto names_of(Order) {
//         return std::array{spec::Word{"fifo", Order::kFifo, "First come, first served."},
//                           spec::Word{"lifo", Order::kLifo, "Last come, first served."}};
//     }
template <class E>
struct Word {
    std::string_view name;
    E value;
    std::string_view doc = {};
};
template <class E>
Word(std::string_view, E, std::string_view) -> Word<E>;
template <class E>
Word(std::string_view, E) -> Word<E>;

// The index of the word given, or of none.
std::size_t parse_word(const Cursor& cursor, const std::vector<std::string_view>& known);
Type word_type(const std::vector<std::string_view>& names,
               const std::vector<std::string_view>& docs);

template <class E>
requires std::is_enum_v<E>
struct Codec<E> : Leaf<E> {
    static bool parse(const Cursor& cursor, E& out) {
        const std::size_t index = parse_word(cursor, names());
        if (index == kWords.size()) return false;
        out = kWords[index].value;
        return true;
    }
    static Json echo(E value) { return std::ranges::find(kWords, value, &Word<E>::value)->name; }
    static Type type(Types&) {
        std::vector<std::string_view> docs;
        for (const auto& word : kWords) docs.push_back(word.doc);
        return word_type(names(), docs);
    }
    static E random(Random& random, E, const LimitsOf<E>&) {
        return kWords[random.below(kWords.size())].value;
    }

private:
    static constexpr auto kWords = names_of(E{});
    static std::vector<std::string_view> names() {
        std::vector<std::string_view> result;
        for (const auto& word : kWords) result.push_back(word.name);
        return result;
    }
};

template <Edge kEdge>
struct Codec<RefOf<kEdge>> {
    using Ref = RefOf<kEdge>;
    static bool parse(const Cursor& cursor, Ref& out) { return parse_node_ref(cursor, out); }
    static Json echo(const Ref& ref) { return text_of(ref); }
    static Type type(Types&) { return node_ref_type(kEdge); }
    static Ref random(Random& random, const Ref&, const LimitsOf<Ref>&) {
        return {random.node(kEdge)};
    }
    static void visit(const Ref& ref, const std::string& pointer, const Visitor& visitor) {
        if (!ref.node.empty()) visitor(ref, kEdge, pointer);
    }
};

}  // namespace models::spec
