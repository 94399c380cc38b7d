// One of several declared structs, told apart by their "kind".
//
//     {"kind": "least_request", "choices": 3}      or, when it needs no parameters, "round_robin"
//
// `Family` has the list of structs as `Specs`, a std::variant, and a `name` and `doc`; models/
// family.h makes one of models. The first listed is the default, and must not need another of its
// own family: it is where random specs end.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/spec/codec.h"
#include "models/spec/fields.h"
#include "models/spec/variants.h"

namespace models::spec {

template <class Family>
struct Choice {
    using Specs = typename Family::Specs;
    Specs spec;

    Choice() = default;

    // From the spec of a member, as in `Choice<Balancers> balancer = LeastRequest::Spec{};`.
    template <class Spec>
    requires(is_alternative<Spec, Specs>) Choice(Spec chosen) : spec(std::move(chosen)) {}

    std::string_view kind() const {
        return std::visit([](const auto& chosen) { return chosen.kind; }, spec);
    }

    // The member's spec when it was chosen, or null.
    template <class Spec>
    const Spec* as() const {
        return std::get_if<Spec>(&spec);
    }
};

// The kind given, as a word or in an object; empty when there is none to be seen.
std::string_view kind_of(const Cursor& cursor);

// Says that the kind is missing, or unknown; always false.
bool complain_kind(const Cursor& cursor, std::string_view family,
                   const std::vector<std::string_view>& known);

// Fills in a family's definition from its models.
void define_choice(Definition& definition);

// The same for a distribution: an object with a kind, or one bare value.
void define_distribution(Definition& definition, const Type& bare);

template <class Family>
struct Codec<Choice<Family>> {
    using Value = Choice<Family>;
    using Specs = typename Family::Specs;

    static bool parse(const Cursor& cursor, Value& out) {
        const std::string_view kind = kind_of(cursor);
        bool known = false;
        bool valid = false;
        for_each_alternative<Specs>([&]<class Spec>() {
            if (known || kind != Spec::kind) return;
            known = true;
            Spec spec{};
            valid = parse_fields(cursor, spec, Spec::kind, {"kind"});
            if (valid) out.spec = std::move(spec);
        });
        return known ? valid : complain_kind(cursor, Family::name, kinds());
    }

    static Json echo(const Value& value) {
        Json object;
        object.put("kind", value.kind());
        std::visit([&](const auto& spec) { echo_fields(spec, object); }, value.spec);
        return object;
    }

    static Type type(Types& types) {
        Type type = types.refer(Family::name, Family::doc, [](Types& all, Definition& definition) {
            for_each_alternative<Specs>([&]<class Spec>() {
                definition.models.push_back(
                    {std::string(Spec::kind), std::string(Spec::doc), fields_of<Spec>(all)});
            });
            define_choice(definition);
        });
        type.name = "one of " + type.name;
        return type;
    }

    static Value random(Random& random, const Value&, const Limits<Unordered>&) {
        const std::size_t count = std::variant_size_v<Specs>;
        const std::size_t chosen = random.is_deep() ? 0 : random.below(count);
        Value value;
        std::size_t index = 0;
        for_each_alternative<Specs>([&]<class Spec>() {
            if (index++ == chosen) value.spec = random_fields(random, Spec{});
        });
        return value;
    }

    static void visit(const Value& value, const std::string& pointer, const Visitor& visitor) {
        std::visit([&](const auto& spec) { visit_fields(spec, pointer, visitor); }, value.spec);
    }

private:
    static std::vector<std::string_view> kinds() {
        std::vector<std::string_view> result;
        for_each_alternative<Specs>([&]<class Spec>() { result.push_back(Spec::kind); });
        return result;
    }
};

}  // namespace models::spec
