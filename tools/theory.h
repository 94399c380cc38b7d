// What theory says of a scenario before it is played: how busy its nodes will be, which is full
// first, and how long requests wait there.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/topology/demands.h"
#include "reports/render/run_json.h"
#include "reports/summary.h"

namespace tools {

// How much of a resource is in use while nobody waits, by the utilisation law and Little's.
struct ResourceTheory {
    std::string name;
    double size = 0;
    double in_use = 0;
    bool is_served = false;  // M/M/c: calls queue for it
    double wait_s = 0;       // of a call, all in one line; infinite when it falls behind

    double share() const { return size > 0 ? in_use / size : 0; }
};

struct NodeTheory {
    std::string name;
    std::string kind;
    std::uint32_t instances = 1;
    double calls_per_s = 0;
    double core_s = 0;
    double cores_busy = 0;  // share of its cores; 0 when it has none, above 1 when it drowns
    double slots_in_use =
        0;  // share of its threads or connections, when nobody waits (Little's law)
    std::string slots_name;
    double variation = 1;  // squared coefficient of variation of the times that a core works
    // The mean wait for a core: as if all instances had one line, and as if each had its own and
    // were picked at random. A balancer that looks before it sends is between.
    double wait_shared_s = 0;
    double wait_alone_s = 0;
    double usd_per_month = 0;
    bool is_client = false;
    std::vector<ResourceTheory> resources{};  // all of them, the fullest first

    double fullest() const { return resources.empty() ? 0 : resources.front().share(); }
};

struct Theory {
    std::vector<NodeTheory> nodes;
    double offered_per_s = 0;
    double response_s = 0;         // mean, when nobody waits
    double response_shared_s = 0;  // with the waits, shared and alone; infinite when a node drowns
    double response_alone_s = 0;
    // What users who wait for answers get of it, by mean-value analysis; none: nobody waits.
    struct Waiting {
        double throughput_per_s = 0;
        double response_s = 0;
        std::string node;      // whose resource is busiest then
        std::string resource;  // "cores"
        double busy = 0;       // share of it
    };
    std::optional<Waiting> waiting;
    bool all_wait = false;    // nobody asks without waiting
    double availability = 1;  // at most, if nothing drowns
    double usd_per_month = 0;
    std::vector<std::string> notes;

    // The fullest node, and the one after it; null when there is none.
    const NodeTheory* bottleneck() const;
    const NodeTheory* next() const;
    double most_succeed() const;  // share of requests, at this load
    double carries() const;       // times the load, until the bottleneck is full
};

Theory theory_of(const models::Scenario& scenario);

// How busy each node was, beside how busy theory says that it would be at the highest rate.
std::vector<reports::TheoryLine> beside_measured(const Theory& theory,
                                                 const reports::Summary& summary);

}  // namespace tools
