// The family of balancers. A new one is a file, its line here, a test and a scenario.
#pragma once

#include "models/balancers/least_request.h"
#include "models/balancers/random.h"
#include "models/balancers/round_robin.h"
#include "models/family.h"

namespace models {

using Balancers = Family<Balancer, RoundRobin, Random, LeastRequest>;
using BalancerChoice = spec::Choice<Balancers>;

}  // namespace models
