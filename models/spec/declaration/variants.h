// The alternatives of a std::variant, as a list of types.
#pragma once

#include <concepts>
#include <variant>

namespace models::spec {

template <class T, class Variant>
inline constexpr bool is_alternative = false;
template <class T, class... Ts>
inline constexpr bool is_alternative<T, std::variant<Ts...>> = (std::same_as<T, Ts> || ...);

template <class Variant>
struct Alternatives;
template <class... Ts>
struct Alternatives<std::variant<Ts...>> {
    template <class Action>
    static void for_each(Action&& action) {
        (action.template operator()<Ts>(), ...);
    }
};

// Calls action.operator()<T>() for each alternative T in order.
template <class Variant, class Action>
void for_each_alternative(Action&& action) {
    Alternatives<Variant>::for_each(action);
}

}  // namespace models::spec
