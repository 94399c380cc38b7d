// What a kind of node says of itself, piece by piece: its part in the system, what passes from it
// to whom, its instances, what it answers, passes on, relays or sends, and what there is of it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/abilities.h"
#include "models/audience.h"
#include "models/instance_difference.h"
#include "models/placement.h"
#include "models/prices/instance_price.h"
#include "models/spec/declaration/sentence.h"
#include "models/spec/declaration/spec.h"

namespace models {

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

// Of what runs in others' instances: none of its own. The note says what theory leaves out.
inline Capacity no_capacity(std::string note) {
    return {.instances = 0,
            .cores = 0,
            .slots_name = {},
            .slots = 0,
            .paid = {},
            .notes = {std::move(note)}};
}

}  // namespace models
