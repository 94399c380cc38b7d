// The family of nodes: everything that can stand under "nodes" in a scenario. They are listed in
// node_list.h.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/audience.h"
#include "models/clusters/placement.h"
#include "models/failures/abilities.h"
#include "models/family.h"
#include "models/node.h"

namespace models {

struct MachineGroup;
struct RuleSpec;

// What a node's spec says of its part in the graph.
struct PartInGraph {
    bool answers_calls = false;
    std::uint32_t instances = 0;        // that can be balanced over and can fail
    Abilities suffers;                  // what they can suffer
    std::vector<std::string> zones;     // that they stand in, by number; none: in no zone
    std::vector<std::string> roles;     // that they can have; none: all are alike
    const spec::NodeRef* of = nullptr;  // it passes calls on to that node's instances
    // That other nodes' instances can be placed on.
    const std::vector<MachineGroup>* machines = nullptr;
    const spec::NodeRef* cluster = nullptr;  // on whose machines its own instances are placed
    std::vector<PodInGraph> pods;            // and what these ask for
    std::vector<std::string> endpoints;
    const std::vector<std::string>* members = nullptr;  // whom it expects there
    bool is_cache = false;
    const std::vector<spec::MentionRef>* evicts = nullptr;  // caches that it tells of writes
    std::uint64_t balancers = 0;  // each of which keeps a view of them all
    bool reads_content = false;   // and must understand what it reads
    bool speaks_http = true;
    std::vector<std::string> segments;  // of those who send
    std::vector<std::string> locales;
    const std::vector<RuleSpec>* rules = nullptr;  // which may tell them apart
    std::vector<Audience> audiences;               // so may its steps
    // Why calls of it cannot be one transaction; empty: they can.
    std::string_view no_transactions = "is no database with transactions of several calls";
    bool talks_among_itself = false;  // its instances send each other messages
    bool first_answers = false;       // its first endpoint, a caller that names none
};

struct Nodes : Family<Nodes, Node, const Context&> {
    static const List& list();

    static PartInGraph part_of(const spec::Choice<Nodes>& choice);
};
using NodeChoice = spec::Choice<Nodes>;

}  // namespace models
