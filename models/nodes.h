// The family of nodes: everything that can stand under "nodes" in a scenario, by what each kind
// says of itself (node_kind.h). They are listed in nodes.cpp, and nobody else knows them all.
#pragma once

#include "models/family.h"
#include "models/node_kind.h"

namespace models {

// What a node's spec says of its part in the graph.
struct NodeFacts : Instances, Answers, PassesOn, Relays {
    const NodeKind* kind;
    const spec::NodeRef* behind;                // whose endpoints are its own
    std::vector<spec::NodeRef> others_behind;   // of several to which calls go as they came
    const spec::NodeRef* cluster;               // on whose machines its own instances are placed
    const std::vector<MachineGroup>* machines;  // that other nodes' instances can be placed on
    std::string_view machines_parameter;        // that lists these
    const ClientSpec* client;                   // of those who send
    std::vector<NumberedInstances> numbered{};  // of the node behind it

    bool is(Role role) const { return has(kind->role, role); }
    // Of the edge that a reference of this node is, by its pointer from the root of the scenario.
    Passes passes(std::string_view pointer) const;
};

struct Nodes : Family<Nodes, Node, const Context&> {
    static const List& list();

    static const NodeKind& kind_of(const spec::Choice<Nodes>& choice);
    static NodeFacts facts_of(const spec::Choice<Nodes>& choice);
    // "pool, cache": kinds of which nodes are such with nothing but the defaults, for hints.
    static std::string kinds_that(const std::function<bool(const NodeFacts&)>& are_such);
    // The rows of all that it may measure and has: the kind's own, and those of what is chosen
    // within its spec.
    static sim::Meter::Declared declared_of(const spec::Choice<Nodes>& choice);
};
using NodeChoice = spec::Choice<Nodes>;

}  // namespace models
