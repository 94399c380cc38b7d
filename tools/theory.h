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

struct NodeTheory {
    std::string name;
    std::string kind;
    double calls_per_s = 0;
    double core_s = 0;
    double cores_busy = 0;  // share of its cores; 0 when it has none, above 1 when it drowns
    double slots_in_use =
        0;  // share of its threads or connections, when nobody waits (Little's law)
    std::string slots_name;
    // The mean wait for a core: as if all instances had one line, and as if each had its own and
    // were picked at random. A balancer that looks before it sends is between.
    double wait_shared_s = 0;
    double wait_alone_s = 0;
    double usd_per_month = 0;
    bool is_client = false;

    double fullest() const { return cores_busy > slots_in_use ? cores_busy : slots_in_use; }
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
        std::string node;  // whose cores are busiest then
        double busy = 0;   // share of them
    };
    std::optional<Waiting> waiting;
    bool all_wait = false;    // nobody asks without waiting
    double availability = 1;  // at most
    double usd_per_month = 0;
    std::vector<std::string> notes;

    // The fullest node, and the one after it; null when there is none.
    const NodeTheory* bottleneck() const;
    const NodeTheory* next() const;
    double carries() const;  // times the load, until the bottleneck is full
};

Theory theory_of(const models::Scenario& scenario);

// How busy each node was, beside how busy theory says that it would be at the highest rate.
std::vector<reports::TheoryLine> beside_measured(const Theory& theory,
                                                 const reports::Summary& summary);

}  // namespace tools
