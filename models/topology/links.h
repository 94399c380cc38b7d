// Which nodes a scenario's nodes refer to.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/declaration/codec.h"
#include "models/topology/scenario.h"

namespace models {

// Every field of a node that refers to another, in the scenario's order; `from` is the node's place
// among all.
using Referred = std::function<void(std::size_t from, const spec::Reference&)>;
void for_each_reference(const Scenario& scenario, const Referred& referred);

// Requests go from one node to another. Each pair is there once, in the scenario's order.
struct NodeLink {
    std::string from;
    std::string to;
};
std::vector<NodeLink> links_of(const Scenario& scenario);

}  // namespace models
