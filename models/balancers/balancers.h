// The family of balancers. A new one is a file, its line in balancers.cpp, a test and a scenario.
#pragma once

#include "models/balancers/balancer.h"
#include "models/family.h"

namespace models {

struct Context;

struct Balancers : Family<Balancers, Balancer, const Context&> {
    static const List& list();
};
using BalancerChoice = spec::Choice<Balancers>;

// Whether a request's place follows from a hash of it and from who is there, and nothing else: what
// a member says whose Spec has `bool places_by_hash() const`.
bool chooses_by_hash(const BalancerChoice& choice);

}  // namespace models
