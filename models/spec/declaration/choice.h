// One of several declared structs, told apart by their "kind".
//
//     {"kind": "least_request", "choices": 3}      or, when it needs no parameters, "round_robin"
//
// `Family` knows its kinds, a `name` and a `doc`; models/family.h makes one of models. The first
// kind is the default, and must not need another of its own family: it is where random specs end.
// A choice knows its spec's type only by the kind it points to, so whoever holds one need not know
// the members of the family.
#pragma once

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/spec/declaration/fields.h"
#include "models/spec/declaration/variants.h"
#include "sim/figure.h"
#include "sim/resource.h"
#include "sim/usage.h"

namespace models::spec {

// Its address stands for a type. Whoever only asks whether a spec is of a type needs no more of it
// than this, and the compiler need not make the type's whole codec for them.
template <class Spec>
inline constexpr char token_of = 0;

// A declared struct with a `kind`, for those who do not know its type.
struct Kind {
    const char* token;
    std::string_view name;
    std::string_view doc;
    void* (*make)();
    void* (*copy)(const void* spec);
    void (*destroy)(void* spec);
    const Parameters& (*parameters)();
    Check (*check)(const void* spec);
    Around (*around)(const void* spec);
    std::vector<Gone> (*gone)();
    std::span<const sim::Figure> figures;      // what it measures
    std::span<const sim::Resource> resources;  // what it lets calls wait for or run out of
    std::span<const sim::UsageRow> usages{};   // what it uses that is paid for
};
using Kinds = std::vector<const Kind*>;

// The rows of a spec that declares what it measures:
//     static constexpr auto figures() { return std::array{sim::figure(...)}; }
template <class Spec>
inline constexpr std::array<sim::Figure, 0> kFiguresOf{};
template <class Spec>
requires requires {
    Spec::figures();
}
inline constexpr auto kFiguresOf<Spec> = Spec::figures();

// Likewise its resources: static constexpr auto resources() { return std::array{...}; }
template <class Spec>
inline constexpr std::array<sim::Resource, 0> kResourcesOf{};
template <class Spec>
requires requires {
    Spec::resources();
}
inline constexpr auto kResourcesOf<Spec> = Spec::resources();

template <class Spec>
inline constexpr Kind kind_of_spec = {
    &token_of<Spec>,
    Spec::kind,
    Spec::doc,
    []() -> void* { return new Spec{}; },
    [](const void* spec) -> void* { return new Spec(*static_cast<const Spec*>(spec)); },
    [](void* spec) { delete static_cast<Spec*>(spec); },
    []() -> const Parameters& { return parameters_of<Spec>(); },
    [](const void* spec) { return checked(*static_cast<const Spec*>(spec)); },
    [](const void* spec) -> Around {
        if constexpr (SaysAround<Spec>) return static_cast<const Spec*>(spec)->around();
        return {};
    },
    []() { return gone_of<Spec>(); },
    kFiguresOf<Spec>,
    kResourcesOf<Spec>};

// A spec of some kind, as a value.
class AnySpec {
public:
    AnySpec() = default;
    explicit AnySpec(const Kind& kind) : kind_(&kind), spec_(kind.make()) {}
    AnySpec(const Kind& kind, void* spec) : kind_(&kind), spec_(spec) {}
    AnySpec(const AnySpec& other)
        : kind_(other.kind_), spec_(kind_ == nullptr ? nullptr : kind_->copy(other.spec_)) {}
    AnySpec(AnySpec&& other) noexcept
        : kind_(std::exchange(other.kind_, nullptr)), spec_(std::exchange(other.spec_, nullptr)) {}
    AnySpec& operator=(AnySpec other) noexcept {
        std::swap(kind_, other.kind_);
        std::swap(spec_, other.spec_);
        return *this;
    }
    ~AnySpec() {
        if (kind_ != nullptr) kind_->destroy(spec_);
    }

    const Kind& kind() const { return *kind_; }
    const void* spec() const { return spec_; }
    void* spec() { return spec_; }

private:
    const Kind* kind_ = nullptr;
    void* spec_ = nullptr;
};

template <class Family>
class Choice {
public:
    Choice() : spec_(*Family::kinds().front()) {}
    explicit Choice(AnySpec spec) : spec_(std::move(spec)) {}

    // From the spec of a member, as in `Choice<Balancers> balancer = LeastRequest::Spec{};`.
    template <Declared Spec>
    requires requires { Spec::kind; }
    Choice(Spec chosen) : spec_(kind_of_spec<Spec>, new Spec(std::move(chosen))) {}

    std::string_view kind() const { return spec_.kind().name; }

    // The member's spec when it was chosen, or null.
    template <class Spec>
    const Spec* as() const {
        return spec_.kind().token == &token_of<Spec> ? static_cast<const Spec*>(spec_.spec())
                                                     : nullptr;
    }
    template <class Spec>
    Spec* as() {
        return const_cast<Spec*>(std::as_const(*this).template as<Spec>());
    }

    const AnySpec& any() const { return spec_; }
    AnySpec& any() { return spec_; }

private:
    AnySpec spec_;
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

bool parse_choice(const Cursor& cursor, std::string_view family, const Kinds& kinds, AnySpec& out);
Json echo_choice(const AnySpec& value);
void list_kinds(const Kinds& kinds, Types& types, Definition& definition);
AnySpec random_spec(Random& random, const Kind& kind);  // around the kind's defaults
AnySpec random_choice(Random& random, const Kinds& kinds);

template <class Family>
struct Codec<Choice<Family>> {
    using Value = Choice<Family>;

    static bool parse(const Cursor& cursor, Value& out) {
        return parse_choice(cursor, Family::name, Family::kinds(), out.any());
    }
    static Json echo(const Value& value) { return echo_choice(value.any()); }
    static Type type(Types& types) {
        Type type = types.refer(Family::name, Family::doc, [](Types& all, Definition& definition) {
            list_kinds(Family::kinds(), all, definition);
            define_choice(definition);
        });
        type.name = "one of " + type.name;
        return type;
    }
    static Value random(Random& random, const Value&, const Limits<Unordered>&) {
        return Value(random_choice(random, Family::kinds()));
    }
    static void visit(const Value& value, const std::string& pointer, const Visitor& visitor) {
        const Kind& kind = value.any().kind();
        const void* const spec = value.any().spec();
        visitor.met(kind);
        visitor.within(kind.around(spec),
                       [&] { visit_parameters(kind.parameters(), spec, pointer, visitor); });
    }
};

}  // namespace models::spec
