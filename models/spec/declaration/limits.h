// What a parameter's value may be: at_least, at_most, above, below, between, not_empty.
//
// Limits are written in the parameter's own unit and hold for each value inside an optional or a
// list. Several narrow each other.
#pragma once

#include <concepts>
#include <optional>
#include <type_traits>
#include <vector>

#include "sim/quantity.h"
#include "sim/time.h"

namespace models::spec {

// Values that have no order have no limits.
struct Unordered {
    bool operator==(const Unordered&) const = default;
};

template <class T>
concept Quantity = std::same_as<T, sim::Duration> || std::same_as<T, sim::Bytes> ||
    std::same_as<T, sim::Rate> || std::same_as<T, sim::Price> || std::same_as<T, sim::Fraction>;

template <class T>
concept Number = std::is_arithmetic_v<T> && !std::same_as<T, bool>;

template <class T>
struct BoundOf {
    using type = std::conditional_t<Quantity<T> || Number<T>, T, Unordered>;
};
template <class T>
struct BoundOf<std::optional<T>> : BoundOf<T> {};
template <class T>
struct BoundOf<std::vector<T>> : BoundOf<T> {};

template <class B>
struct Limits {
    std::optional<B> lowest;
    std::optional<B> highest;
    bool lowest_excluded = false;
    bool highest_excluded = false;
    bool not_empty = false;

    constexpr bool holds(const B& value) const {
        if (lowest && (lowest_excluded ? value <= *lowest : value < *lowest)) return false;
        return !(highest && (highest_excluded ? value >= *highest : value > *highest));
    }
};

template <>
struct Limits<Unordered> {
    bool not_empty = false;
};

// A limit as declared; converted to the parameter's type where the parameter is known.
template <class V>
struct LowerLimit {
    V bound;
    bool excluded;
};
template <class V>
struct UpperLimit {
    V bound;
    bool excluded;
};
template <class V>
struct BothLimits {
    V lowest;
    V highest;
};
struct NotEmpty {};

template <class V>
constexpr LowerLimit<V> at_least(V bound) {
    return {bound, false};
}
template <class V>
constexpr LowerLimit<V> above(V bound) {
    return {bound, true};
}
template <class V>
constexpr UpperLimit<V> at_most(V bound) {
    return {bound, false};
}
template <class V>
constexpr UpperLimit<V> below(V bound) {
    return {bound, true};
}
template <class V>
constexpr BothLimits<V> between(V lowest, V highest) {
    return {lowest, highest};
}
constexpr NotEmpty not_empty() {
    return {};
}

// at_least(1) for a std::uint32_t, at_most(0.5) for a Fraction, at_least(1ms) for a Duration.
template <class B, class V>
constexpr B bound_from(V value) {
    if constexpr (std::is_arithmetic_v<B>) {
        return static_cast<B>(value);
    } else if constexpr (std::is_convertible_v<V, B>) {
        return value;
    } else {
        return B{value};
    }
}

template <class B, class V>
constexpr void narrow(Limits<B>& limits, LowerLimit<V> limit) {
    limits.lowest = bound_from<B>(limit.bound);
    limits.lowest_excluded = limit.excluded;
}
template <class B, class V>
constexpr void narrow(Limits<B>& limits, UpperLimit<V> limit) {
    limits.highest = bound_from<B>(limit.bound);
    limits.highest_excluded = limit.excluded;
}
template <class B, class V>
constexpr void narrow(Limits<B>& limits, BothLimits<V> limit) {
    narrow(limits, at_least(limit.lowest));
    narrow(limits, at_most(limit.highest));
}
template <class B>
constexpr void narrow(Limits<B>& limits, NotEmpty) {
    limits.not_empty = true;
}

}  // namespace models::spec
