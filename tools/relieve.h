// What if there were more of a node: the same scenario with several times its capacity.
#pragma once

#include <optional>
#include <string>

#include "models/topology/scenario.h"

namespace tools {

struct Relieved {
    models::Scenario scenario;
    std::string what;  // "nodes.db.cores 8 -> 32, nodes.db.connections 100 -> 400"
};

// Replicas are multiplied where a node has them; else its cores, threads and connections. None when
// the node has nothing of the kind.
std::optional<Relieved> relieve(const models::Scenario& scenario, const std::string& node,
                                std::uint32_t factor);

}  // namespace tools
