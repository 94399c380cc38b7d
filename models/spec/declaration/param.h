// A parameter, declared once.
//
//     struct Spec {
//         static constexpr std::string_view kind = "least_request";
//         static constexpr std::string_view doc = "The least busy of a few sampled backends.";
//         std::uint32_t choices = 2;
//         sim::Duration slow_start{};
//         static constexpr auto params() {
//             return std::tuple{
//                 param("choices", &Spec::choices, at_least(1), "Backends sampled for each pick."),
//                 param("slow_start", &Spec::slow_start, "Time a new backend takes to warm up.")};
//         }
//     };
//
// The member initialiser is the default and the member's type is the unit. From this come the
// parser and its messages, the JSON Schema, REFERENCE.md, the echo of resolved values and the
// random specs of the swarm test. A parameter that has no sensible default is `required(...)`.
// What no single limit can say, a spec says in an optional member
//     void check(Check& check) const { check.that(min <= max, "min", "min is above max"); }
#pragma once

#include <concepts>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "models/spec/declaration/limits.h"

namespace models::spec {

template <class Owner, class T>
struct Param {
    using Value = T;
    std::string_view name;
    T Owner::*member;
    std::string_view doc;
    Limits<typename BoundOf<T>::type> limits;
    bool is_required = false;
};

template <class Owner, class T, class Rest>
constexpr void refine(Param<Owner, T>& param, const Rest& rest) {
    if constexpr (std::convertible_to<Rest, std::string_view>) {
        param.doc = rest;
    } else {
        narrow(param.limits, rest);
    }
}

// The limits, if any, then one sentence of doc.
template <class Owner, class T, class... LimitsThenDoc>
constexpr Param<Owner, T> param(std::string_view name, T Owner::*member,
                                const LimitsThenDoc&... rest) {
    static_assert((std::convertible_to<LimitsThenDoc, std::string_view> + ... + 0) == 1,
                  "a parameter has one sentence of doc");
    Param<Owner, T> result{name, member, {}, {}, false};
    (spec::refine(result, rest), ...);
    return result;
}

template <class Owner, class T, class... LimitsThenDoc>
constexpr Param<Owner, T> required(std::string_view name, T Owner::*member,
                                   const LimitsThenDoc&... rest) {
    Param<Owner, T> result = spec::param(name, member, rest...);
    result.is_required = true;
    return result;
}

// A parameter that a spec had once, and what to write instead: it lists them in an optional
//     static constexpr auto gone() { return std::array{Gone{"latency", "say it in ..."}}; }
struct Gone {
    std::string_view name;
    std::string_view instead;
};

// A struct whose parameters are declared.
template <class T>
concept Declared = requires {
    T::params();
};

// Calls action(param) for each parameter in the order declared.
template <class T, class Action>
constexpr void for_each_param(Action&& action) {
    std::apply([&](const auto&... each) { (action(each), ...); }, T::params());
}

}  // namespace models::spec
