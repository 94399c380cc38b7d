// All kinds of nodes, in the order of the reference: the list is in nodes.cpp.
#pragma once

#include <vector>

namespace models {

struct NodeKind;

const std::vector<const NodeKind*>& node_list();

}  // namespace models
