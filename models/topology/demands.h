// What a scenario asks of its nodes, from the specs alone: the numbers theory starts from.
//
// Rates are the highest of the run. Service demands are means; a choice of steps counts by its
// weights, and so do the calls of a client. What the specs do not say (how often a cache hits, how
// often a policy tries again) is left out and named in the notes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/topology/scenario.h"

namespace models {

// One of a node's resources beside its cores and slots, all its instances together.
struct ResourceDemand {
    std::string name;  // as it is called while the system is played
    double size = 0;
    double held_s = 0;  // of a call, on average
    bool is_served = false;

    double in_use(double calls_per_s) const { return calls_per_s * held_s; }
};

struct NodeDemand {
    std::string name;
    std::string kind;
    double calls_per_s = 0;
    double core_s = 0;              // of a call, on average
    double core_visits = 0;         // how often a call asks for a core
    double core_squares = 0;        // mean squares of these times, together
    bool shares_cores = false;      // all that are there at once, instead of one after the other
    std::uint32_t cores = 0;        // of an instance; 0 when it has none
    std::optional<double> quota{};  // of these, where it may not use them all
    std::uint32_t instances = 1;    // to begin with
    std::string slots_name;         // "threads", "connections"; empty when it has none
    double slots = 0;               // of all instances
    double stays_s = 0;             // how long a call is there when nobody waits, calls included
    double usd_per_hour = 0;        // of all instances
    bool is_client = false;
    std::vector<ResourceDemand> resources{};

    const ResourceDemand* resource(std::string_view name) const;
    // Of all instances, under their quotas.
    double usable_cores() const;
};

// Those who ask, and what one of their requests needs of each node, over all its visits.
struct ClientDemand {
    std::string name;
    double rate_per_s = 0;       // the highest
    double users = 0;            // who wait for an answer before they think again; 0: nobody waits
    double think_s = 0;          // of such users
    double response_s = 0;       // when nobody is in the way
    std::vector<double> core_s;  // by node
    std::vector<std::map<std::string, double>> held_s;  // likewise: of its other resources
};

struct Demands {
    std::vector<NodeDemand> nodes;  // in the scenario's order
    std::vector<ClientDemand> clients;
    double offered_per_s = 0;  // by all clients
    double response_s = 0;     // of a user's request when nobody waits, on average
    double success = 1;        // share of requests that no `fail` step fails
    double up = 1;             // share of the measured time without a crash of a whole node
    std::vector<std::string> notes;

    const NodeDemand* node(std::string_view name) const;
};

// The scenario was checked.
Demands demands_of(const Scenario& scenario);

}  // namespace models
