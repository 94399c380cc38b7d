// Distributions as scenarios write them: of durations, of sizes, of plain numbers.
//
//     "5ms"    {"kind": "lognormal", "mean": "4ms", "p99": "20ms"}
//
// `Distribution<sim::Duration> work = 5ms;` is a parameter like any other, and work.build() its
// sampler, in seconds, bytes or plain numbers.
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <variant>

#include "models/spec/declaration/choice.h"
#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/containers.h"
#include "models/spec/declaration/distribution_kinds.h"
#include "models/spec/declaration/scalars.h"

namespace models::spec {

template <class T>
struct DistributionKinds {
    using Each =
        std::variant<Constant<T>, Uniform<T>, Exponential<T>, Normal<T>, Lognormal<T>, Gamma<T>,
                     Weibull<T>, Pareto<T>, Bimodal<T>, Mixture<T>, Empirical<T>>;
    static constexpr std::string_view name = Measure<T>::name;
    static constexpr std::string_view doc = Measure<T>::doc;
    static const Kinds& kinds();
};

template <class T>
struct Distribution : Choice<DistributionKinds<T>> {
    using Base = Choice<DistributionKinds<T>>;
    Distribution() = default;
    // Not inherited: clang 14 loses the constraint of an inherited constructor template.
    template <class Kind>
    requires(is_alternative<Kind, typename DistributionKinds<T>::Each>) Distribution(Kind kind)
        : Base(std::move(kind)) {}
    template <std::convertible_to<T> Value>
    Distribution(Value value) : Base(Constant<T>{value}) {}

    sim::Distribution build() const;
};

template <class T>
struct Part {
    static constexpr std::string_view name = Measure<T>::part;
    static constexpr std::string_view doc = "A distribution, and how often it is the one.";
    double weight = 1;
    Distribution<T> of;
    static constexpr auto params() {
        return std::tuple{param("weight", &Part::weight, at_least(0),
                                "Weight: how often it is drawn, against the other parts' weights."),
                          required("of", &Part::of, "The distribution.")};
    }
};

template <class T>
struct Codec<Distribution<T>> {
    using AsChoice = Codec<Choice<DistributionKinds<T>>>;

    static bool parse(const Cursor& cursor, Distribution<T>& out) {
        if (cursor.is_object()) return AsChoice::parse(cursor, out);
        T value{};
        if (!Codec<T>::parse(cursor, value)) return false;
        if (value < T{}) return cursor.problem("must not be negative");
        out = value;
        return true;
    }
    static Json echo(const Distribution<T>& value) {
        if (const auto* constant = value.template as<Constant<T>>()) {
            return Codec<T>::echo(constant->value);
        }
        return AsChoice::echo(value);
    }
    static Type type(Types& types) {
        return types.refer(Measure<T>::name, Measure<T>::doc, [](Types& all, Definition& made) {
            list_kinds(DistributionKinds<T>::kinds(), all, made);
            define_distribution(made, Codec<T>::type(all));
        });
    }
    static Distribution<T> random(Random& random, const Distribution<T>& around,
                                  const Limits<Unordered>& limits) {
        Distribution<T> value;
        value.any() = AsChoice::random(random, around, limits).any();
        return value;
    }
    static void visit(const Distribution<T>&, const std::string&, const Visitor&) {}
};

// Compiled in distribution.cpp.
template <>
const Kinds& DistributionKinds<sim::Duration>::kinds();
template <>
const Kinds& DistributionKinds<sim::Bytes>::kinds();
template <>
const Kinds& DistributionKinds<double>::kinds();
extern template struct Distribution<sim::Duration>;
extern template struct Distribution<sim::Bytes>;
extern template struct Distribution<double>;
extern template struct Codec<Distribution<sim::Duration>>;
extern template struct Codec<Distribution<sim::Bytes>>;
extern template struct Codec<Distribution<double>>;

}  // namespace models::spec
