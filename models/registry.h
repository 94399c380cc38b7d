// A service registry: which instances of a node there are, as those who ask have been told.
#pragma once

#include <string_view>

#include "models/place_id.h"

namespace models {

class Membership;
class Node;

// Who wants to know of whose instances.
struct Subscription {
    Node& service;
    std::string_view name;  // of the service's node
    Membership& client;
    PlaceId place;              // of the client; nowhere: a part of those who call it
    bool knows_nobody = false;  // at first; else it knows all that are there before the run
};

class Registry {
public:
    // Before the run. From the start on the client is told what it learns of those that come and
    // go.
    virtual void subscribe(const Subscription& subscription) = 0;

protected:
    ~Registry() = default;
};

}  // namespace models
