// When a failure strikes that waits for something to be so, as a scenario writes it:
//
//     "when": "web.in_flight > 100 and db.cpu_in_use >= 90%"
//     "when": "failures[0].age >= 30s"
//
// All terms must hold at once. A term compares one figure of a node, or the time since an earlier
// failure of the list began last, with a number. What can be asked of a node is known before the
// run: `in_flight` of every one, `up` of those that have instances, and the readings of its kind
// (Answers::readings).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/codec.h"

namespace models {

struct Condition {
    static constexpr std::string_view kInFlight = "in_flight";
    static constexpr std::string_view kUp = "up";
    static constexpr std::string_view kAge = "age";

    enum class Comparison : std::uint8_t { above, at_least, below, at_most };

    struct Term {
        std::string node;                      // empty: a failure
        std::optional<std::uint32_t> failure;  // its place in the list
        std::string figure;
        Comparison comparison{};
        double limit = 0;  // seconds of a duration, a share of a percentage

        bool holds(double value) const;
        bool operator==(const Term&) const = default;
    };

    std::string text;
    std::vector<Term> terms;
    bool operator==(const Condition&) const = default;
};

// None: it is no such sentence.
std::optional<Condition> condition_of(std::string_view text);

namespace spec {

template <>
struct Codec<Condition> : Leaf<Condition> {
    static bool parse(const Cursor& cursor, Condition& out);
    static Json echo(const Condition& condition) { return condition.text; }
    static Type type(Types&) { return text_type("condition", ""); }
    static Condition random(Random&, const Condition& around, const LimitsOf<Condition>&) {
        return around;
    }
};

}  // namespace spec

}  // namespace models
