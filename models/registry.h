// A service registry: which instances of a node there are, as those who ask have been told.
#pragma once

namespace models {

class Membership;
class Node;

class Registry {
public:
    // Before the run. The client knows of all instances that are there then; from the start on it
    // is told what it learns of those that come and go.
    virtual void subscribe(Node& service, Membership& client) = 0;

protected:
    ~Registry() = default;
};

}  // namespace models
