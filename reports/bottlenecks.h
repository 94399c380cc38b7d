// What a system's nodes have that can run out, ranked by how nearly it has.
//
// The utilisation law (Denning and Buzen, "The operational analysis of queueing network models",
// Computing Surveys 10, 1978): as long as requests ask for the same work, what is in use grows in
// proportion to the throughput. A resource that is 40 % in use carries 2.5 times as much, and the
// one with the highest share is full first.
#pragma once

#include <string>
#include <vector>

#include "reports/summary.h"

namespace reports {

struct Resource {
    std::string node;
    std::string what;      // "cores", "connections", or a measure that is a share in use
    double in_use = 0;     // 0 to 1
    double waiting_s = 0;  // that a request of the node spends in its lines, on average
    // How many times today's load it carries.
    double carries() const { return 1 / in_use; }
};

// The fullest first. Clients, and what is not used at all, are not there.
std::vector<Resource> resources_of(const Summary& summary);

// "db's cores limit the system: ..." and what would be full next, in sentences; at least one.
std::vector<std::string> explain(const std::vector<Resource>& resources);

// The first resource of another node than the fullest; null when there is none.
const Resource* next_of(const std::vector<Resource>& resources);

// From this share on a resource is what others wait for.
inline constexpr double kFull = 0.9;

}  // namespace reports
