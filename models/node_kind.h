// All that a kind of node says of itself beside its parameters (Spec::params()), in one place: its
// own `..._kind.cpp`. What reads it (nodes.h) knows no kind.
//
//     struct GateKind {
//         using Node = Gate;
//         static constexpr Role role = Role::answers | Role::passes_on;
//         static constexpr auto edges = std::array{
//             edge("calls", Passes::through, "Calls that have a token.")};
//         static constexpr auto figures = std::array{
//             figure("refused", Unit::count, Merge::sum, "Calls that found no token.")};
//         static constexpr auto resources = std::array{
//             resource("tokens", ResourceKind::limit, Unit::count, "One a call.",
//                      "So many a second come back.", {.parameter = "rate"})};
//         static constexpr auto usages = std::array{kInstanceHours};
//         static Instances instances(const Gate::Spec&) { return {.instances = 1, ...}; }
//         static Answers answers(const Gate::Spec&) { return {.endpoints = {}, ...}; }
//         static PassesOn passes_on(const Gate::Spec&) { return {...}; }
//         static Capacity capacity(const Gate::Spec& spec) { return {...}; }
//         static Cost cost(const Gate::Spec& spec, const std::string& endpoint, Costing& costing);
//     };
//     const NodeKind& gate_kind() {
//         static const NodeKind kind = node_kind<GateKind>();
//         return kind;
//     }
//
// Whatever is forgotten does not compile, a field of these structs too; where there is nothing to
// say, that is said: `static constexpr None cost{"why"};`.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/calendar.h"
#include "models/costing.h"
#include "models/kind_facts.h"
#include "models/node.h"
#include "models/prices/usages.h"
#include "models/spec/declaration/spec.h"
#include "sim/figure.h"
#include "sim/resource.h"

namespace models {

using sim::Cause;
using sim::figure;
using sim::Merge;
using sim::resource;
using sim::ResourceKind;
using sim::Unit;

// A kind of node, for those who do not know its type. A piece that a kind has not is null.
struct NodeKind {
    spec::Kind spec;  // with its figures, resources and usages
    std::unique_ptr<Node> (*make)(const void* spec, const Context& context);
    Role role;
    std::span<const EdgeRow> edges;
    std::span<const std::string_view> external_metrics;  // that autoscalers can follow
    Instances (*instances)(const void* spec);
    std::vector<NumberedInstances> (*numbered)(const void* spec);
    Answers (*answers)(const void* spec);
    PassesOn (*passes_on)(const void* spec);
    Relays (*relays)(const void* spec);
    Sends (*sends)(const void* spec, CalendarTime starts);
    Offered (*offered)(const void* spec, const std::function<double()>& response_s);
    const std::vector<MachineGroup>& (*machines)(const void* spec);
    Capacity (*capacity)(const void* spec);
    Cost (*cost)(const void* spec, const std::string& endpoint, Costing& costing);

    Passes passes(std::string_view parameter) const;
    bool balances() const;  // passes calls on, each to one of another node's instances
};

// --- How a kind's declaration becomes that ---

namespace declared {

template <class Member>
constexpr bool kIsNone = std::is_same_v<std::remove_cvref_t<Member>, None>;

template <class T>
concept HasRole = requires {
    Role(T::role);
};
template <class T>
concept HasEdges = requires {
    std::span<const EdgeRow>(T::edges);
}
|| requires {
    None(T::edges);
};
template <class T>
concept HasFigures = requires {
    std::span<const sim::Figure>(T::figures);
}
|| requires {
    None(T::figures);
};
template <class T>
concept HasResources = requires {
    std::span<const sim::Resource>(T::resources);
}
|| requires {
    None(T::resources);
};
template <class T>
concept HasUsages = requires {
    std::span<const sim::UsageRow>(T::usages);
}
|| requires {
    None(T::usages);
};
template <class T>
concept HasInstances = requires(const typename T::Node::Spec& spec) {
    Instances(T::instances(spec));
}
|| requires {
    None(T::instances);
};
// What autoscalers ask for (Node::reading), by name.
template <class T>
concept HasExternalMetrics = requires {
    std::span<const std::string_view>(T::external_metrics);
};
template <class T>
constexpr bool kHasReadings =
    !std::is_same_v<decltype(&T::Node::reading),
                    std::optional<double> (Node::*)(std::string_view) const>;
template <class T>
concept HasNumbered = requires(const typename T::Node::Spec& spec) {
    std::vector<NumberedInstances>(T::numbered(spec));
};
template <class T>
concept HasAnswers = requires(const typename T::Node::Spec& spec) {
    Answers(T::answers(spec));
};
template <class T>
concept HasPassesOn = requires(const typename T::Node::Spec& spec) {
    PassesOn(T::passes_on(spec));
};
template <class T>
concept HasRelays = requires(const typename T::Node::Spec& spec) {
    Relays(T::relays(spec));
};
template <class T>
concept HasSends = requires(const typename T::Node::Spec& spec) {
    Sends(T::sends(spec, CalendarTime()));
};
template <class T>
concept HasOffered = requires(const typename T::Node::Spec& spec, std::function<double()> time) {
    Offered(T::offered(spec, time));
}
|| requires {
    None(T::offered);
};
template <class T>
concept HasMachines = requires(const typename T::Node::Spec& spec) {
    T::machines(spec).size();
};
template <class T>
concept HasCapacity = requires(const typename T::Node::Spec& spec) {
    Capacity(T::capacity(spec));
};
template <class T>
concept HasCost = requires(const typename T::Node::Spec& spec, Costing& costing) {
    Cost(T::cost(spec, "", costing));
}
|| requires {
    None(T::cost);
};

template <class Row, std::size_t n>
constexpr std::span<const Row> rows_of(const std::array<Row, n>& rows) {
    return rows;
}
template <class Row>
constexpr std::span<const Row> rows_of(const None&) {
    return {};
}

// What is held meanwhile is one of them, and no two have one name.
constexpr bool agree(std::span<const sim::Resource> rows) {
    return std::ranges::all_of(rows, [&](const sim::Resource& row) {
        return std::ranges::count(rows, row.name, &sim::Resource::name) == 1 &&
               (row.within.empty() ||
                std::ranges::count(rows, row.within, &sim::Resource::name) == 1);
    });
}

// Says what is missing, one sentence for one piece.
template <class T>
constexpr bool is_whole() {
    static_assert(HasRole<T>, "a kind of node says its part: static constexpr Role role");
    static_assert(HasEdges<T>,
                  "a kind of node says what passes from it to whom: static constexpr auto edges = "
                  "std::array{edge(...)}, or None edges{\"why\"}");
    static_assert(HasFigures<T>,
                  "a kind of node declares what it measures: static constexpr auto figures = "
                  "std::array{figure(...)}, or None figures{\"why\"}");
    static_assert(HasResources<T>,
                  "a kind of node declares what calls wait for or run out of: static constexpr "
                  "auto resources = std::array{resource(...)}, or None resources{\"why\"}");
    if constexpr (HasResources<T>) {
        static_assert(agree(rows_of<sim::Resource>(T::resources)),
                      "the resources of a kind of node have a name each, and what one is within "
                      "is another of them");
    }
    static_assert(HasUsages<T>,
                  "a kind of node declares what it uses that is paid for: static constexpr auto "
                  "usages = std::array{kInstanceHours}, or None usages{\"why\"}");
    static_assert(HasInstances<T>,
                  "a kind of node says what instances it has and what they suffer: static "
                  "Instances instances(const Spec&), or None instances{\"why\"}");
    static_assert(HasCapacity<T>,
                  "a kind of node says what there is of it: static Capacity capacity(const Spec&)");
    static_assert(HasExternalMetrics<T> == kHasReadings<T>,
                  "a kind of node that has Node::reading names what it reads, and no other: static "
                  "constexpr auto external_metrics = std::array<std::string_view, 1>{\"lag\"}");
    if constexpr (HasRole<T>) {
        static_assert(HasAnswers<T> == has(T::role, Role::answers),
                      "a kind has answers(const Spec&) exactly when its role is to answer");
        static_assert(HasCost<T> || !has(T::role, Role::answers),
                      "a kind that answers says what a call costs: static Cost cost(const Spec&, "
                      "const std::string& endpoint, Costing&), or None cost{\"why\"}");
        static_assert(HasPassesOn<T> == has(T::role, Role::passes_on),
                      "a kind has passes_on(const Spec&) exactly when its role is to pass on");
        static_assert(HasRelays<T> == has(T::role, Role::relays),
                      "a kind has relays(const Spec&) exactly when its role is to relay");
        static_assert(HasSends<T> == has(T::role, Role::sends),
                      "a kind has sends(const Spec&, CalendarTime) exactly when its role is to "
                      "send");
        static_assert(HasOffered<T> || !has(T::role, Role::sends),
                      "a kind that sends says at which rate: static Offered offered(const Spec&, "
                      "...), or None offered{\"why\"}");
        static_assert(HasMachines<T> == has(T::role, Role::hosts),
                      "a kind has machines(const Spec&) exactly when its role is to host");
    }
    return HasRole<T> && HasEdges<T> && HasFigures<T> && HasResources<T> && HasUsages<T> &&
           HasInstances<T> && HasCapacity<T>;
}

}  // namespace declared

template <class T>
NodeKind node_kind() {
    NodeKind kind{};
    if constexpr (declared::is_whole<T>()) {
        using Spec = typename T::Node::Spec;
        static const auto as_spec = [](const void* spec) -> const Spec& {
            return *static_cast<const Spec*>(spec);
        };
        kind.spec = spec::kind_of_spec<Spec>;
        kind.spec.figures = declared::rows_of<sim::Figure>(T::figures);
        kind.spec.resources = declared::rows_of<sim::Resource>(T::resources);
        kind.spec.usages = declared::rows_of<sim::UsageRow>(T::usages);
        kind.make = [](const void* spec, const Context& context) -> std::unique_ptr<Node> {
            return std::make_unique<typename T::Node>(as_spec(spec), context);
        };
        kind.role = T::role;
        kind.edges = declared::rows_of<EdgeRow>(T::edges);
        kind.capacity = [](const void* spec) { return T::capacity(as_spec(spec)); };
        if constexpr (!declared::kIsNone<decltype(T::instances)>) {
            kind.instances = [](const void* spec) { return T::instances(as_spec(spec)); };
        }
        if constexpr (declared::HasExternalMetrics<T>) kind.external_metrics = T::external_metrics;
        if constexpr (declared::HasNumbered<T>) {
            kind.numbered = [](const void* spec) { return T::numbered(as_spec(spec)); };
        }
        if constexpr (declared::HasAnswers<T>) {
            kind.answers = [](const void* spec) { return T::answers(as_spec(spec)); };
        }
        if constexpr (declared::HasPassesOn<T>) {
            kind.passes_on = [](const void* spec) { return T::passes_on(as_spec(spec)); };
        }
        if constexpr (declared::HasRelays<T>) {
            kind.relays = [](const void* spec) { return T::relays(as_spec(spec)); };
        }
        if constexpr (declared::HasSends<T>) {
            kind.sends = [](const void* spec, CalendarTime starts) {
                return T::sends(as_spec(spec), starts);
            };
            if constexpr (!declared::kIsNone<decltype(T::offered)>) {
                kind.offered = [](const void* spec, const std::function<double()>& response_s) {
                    return T::offered(as_spec(spec), response_s);
                };
            }
        }
        if constexpr (declared::HasMachines<T>) {
            kind.machines = [](const void* spec) -> const std::vector<MachineGroup>& {
                return T::machines(as_spec(spec));
            };
        }
        if constexpr (has(T::role, Role::answers)) {
            if constexpr (!declared::kIsNone<decltype(T::cost)>) {
                kind.cost = [](const void* spec, const std::string& endpoint, Costing& costing) {
                    return T::cost(as_spec(spec), endpoint, costing);
                };
            }
        }
    }
    return kind;
}

// What a call costs that goes on to another node, so often for each that comes.
Cost passed_on(const spec::NodeRef& to, const std::string& endpoint, double times,
               Costing& costing);

}  // namespace models
