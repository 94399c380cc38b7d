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

#include "models/abilities.h"
#include "models/audience.h"
#include "models/calendar.h"
#include "models/costing.h"
#include "models/instance_difference.h"
#include "models/node.h"
#include "models/placement.h"
#include "models/prices/instance_price.h"
#include "models/prices/usages.h"
#include "models/spec/declaration/sentence.h"
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

struct ClientSpec;

enum class Role : std::uint8_t {
    sends = 1,      // requests of its own, as users do
    answers = 2,    // calls
    passes_on = 4,  // the calls that come
    keeps = 8,      // what was written
    hosts = 16,     // instances of other nodes
    watches = 32,   // others
    reads = 64,     // what others have written down, and passes that on
    relays = 128    // what a database commits, or rows that transactions leave in an outbox
};
constexpr Role operator|(Role one, Role other) {
    return Role(static_cast<int>(one) | static_cast<int>(other));
}
constexpr bool has(Role all, Role one) {
    return (static_cast<int>(all) & static_cast<int>(one)) != 0;
}

// What there is nothing to say of, and why.
struct None {
    std::string_view why;
};

enum class Passes : std::uint8_t {
    own,            // calls of its own
    on,             // calls because of those that come, which do not name its endpoints
    through,        // the calls that come, as they came: their endpoints are those behind it
    to_instances,   // the same, each to one of that node's instances
    instances,      // its own instances, placed on machines there
    evictions,      // word that an item has changed
    subscriptions,  // to which instances there are of another node
    nothing         // it only names that node
};

// What passes to the nodes that a parameter names; others name none.
struct EdgeRow {
    std::string_view parameter;
    Passes passes;
    std::string_view doc;
};
consteval EdgeRow edge(std::string_view parameter, Passes passes, std::string_view doc) {
    return {parameter, passes, spec::sentence(doc)};
}

// Tables of rows put together.
template <class Row, std::size_t n, std::size_t m>
consteval std::array<Row, n + m> joined(const std::array<Row, n>& one,
                                        const std::array<Row, m>& other) {
    std::array<Row, n + m> both{};
    std::copy(other.begin(), other.end(), std::copy(one.begin(), one.end(), both.begin()));
    return both;
}

// Of instances that take turns in zones: the first there is in the first zone.
struct Turns {
    std::string_view parameter{};  // that says in how many
    std::uint32_t zones = 1;
};

// A reading that an autoscaler follows: below the node, where that is written.
struct FollowedReading {
    std::string pointer;
    std::string node;  // whose; empty: its own
    std::string reading;
};

// Instances of the node that calls are passed on to, by their numbers: below the node, where that
// is written.
struct NumberedInstances {
    std::string pointer;
    InstanceNumbers numbers;
};

// Of a kind that has instances: machines, processes, copies.
struct Instances {
    std::uint32_t instances;         // that can be balanced over and can fail
    Abilities suffers;               // what these can suffer
    std::vector<std::string> zones;  // that they stand in, by number; none: in no zone
    std::vector<std::string> roles;  // that they can have; none: all are alike
    bool has_doors;                  // they stand in places of their own, and say so themselves
    bool talks_among_itself;         // they send each other messages
    std::vector<PodInGraph> pods;    // what they ask of a machine of a cluster, of every version
    Turns turns{};
    const InstanceDifferences* differences = nullptr;  // of single ones; null: all are alike
    bool scales = false;              // to as many as somebody says (Node::workload)
    bool rolls_back = false;          // to what was there before a rollout (Node::releases)
    bool come_and_go = false;         // while a run goes: scaled, rolled out, deleted
    bool stand_in_callers = false;    // part of their processes, with no machine of their own
    bool is_registry = false;         // lists instances of other nodes (Node::registry)
    bool is_looked_up = false;        // by its clients over the network, and hears of nobody there
    bool account_for_memory = false;  // what they use of a machine follows from their requests
    std::vector<FollowedReading> follow{};  // that say how many there are
};

// Of a kind that answers calls.
struct Answers {
    std::vector<std::string> endpoints;
    bool first_answers;                 // its first endpoint, a caller that names none
    bool reads_content;                 // and must understand what it reads
    bool takes_evictions;               // of entries about an item
    bool has_versions;                  // what it answers about an item is one (Node::ledger)
    std::vector<std::string> readings;  // that conditions can ask for, of the last slice
    std::vector<Audience> audiences;    // users whom it tells apart
    std::string_view no_transactions;   // why calls of it cannot be one; empty: they can
    bool has_locks = false;             // to be taken by steps, and nothing else to call
    // Settings that it takes of steps that publish to it (topics.h), in groups; none: it has no
    // topics.
    std::vector<const spec::Parameters*> publishing{};
    std::vector<std::string> queues{};  // of these endpoints: consumers take from them, no groups
    std::string_view taken_by = "consumers";  // the kind of node that takes from these
    bool tells_changes = false;               // to those who follow what it commits (changes.h)
    bool has_log = false;                     // of them, that can be read
};
inline constexpr std::string_view kNoDatabase = "is no database with transactions of several calls";

// A place that a node's specification names: below the node, where.
struct NamedPlace {
    std::string pointer;
    std::string name;
};

// Of a kind that passes calls on.
struct PassesOn {
    std::uint64_t balancers;                  // each of which keeps a view of all that is behind
    const std::vector<std::string>* members;  // whom it expects there; null: whoever is
    bool is_bypassed = false;                 // while it is down callers go without it
    bool is_asked_beside = false;             // callers themselves call what is behind, too
    bool is_part_of_callers = false;          // where it is placed nowhere, it is where they are
    std::size_t weights = 0;                  // one for each target in turn, where it has them
    bool asks_where = false;  // a caller stands, and those behind it: it needs a network
    std::vector<NamedPlace> places{};
};

// Of a kind that relays what a database commits.
struct Relays {
    bool only_items;  // none of the rows that steps leave in an outbox
};

// Of a kind that sends: what theory and the size of a run follow from.
struct Sends {
    const ClientSpec* client;
    double most_at_once;  // requests in flight, or users, when all is well
};
struct Offered {
    double per_s;           // at most
    std::string_view note;  // what else there is to know; empty: nothing
    double users = 0;       // who wait for an answer before they think again; 0: nobody waits
    double think_s = 0;     // on average, from an answer to the next request
};

// What there is of it, for theory: to begin with.
struct Capacity {
    std::uint32_t instances;
    std::uint32_t cores;              // of an instance; 0 when it has none
    std::string slots_name;           // "threads", "connections"; empty when it has none
    double slots;                     // of all instances
    std::vector<PaidInstances> paid;  // by time
    std::vector<std::string> notes;   // what is left out here
    bool shares_cores = false;        // among all requests there, instead of one after the other
    std::optional<double> quota{};    // of an instance's cores, where it may not use them all
};

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
