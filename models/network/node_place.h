// Where a node stands that is one process, or a service seen as one.
#pragma once

#include "models/context.h"
#include "models/network/links.h"

namespace models {

// kNowhere where the scenario says nothing of a network.
inline PlaceId place_of_node(const Context& context) {
    Links* const network = context.world.network;
    return network == nullptr ? kNowhere : network->place_of(context.name);
}

}  // namespace models
