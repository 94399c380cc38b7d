// The smallest value of an axis that meets a goal, or the largest, by bisection.
//
// The axis varied last is searched, once for each combination of the others. Both ends are played
// first: they say on which side the goal is met, and that there is something to find between them.
// Each decision is made from replications, more of them while nothing is shown (reports/goal.h).
#pragma once

#include <vector>

#include "reports/goal.h"
#include "tools/replicas.h"

namespace tools {

struct SearchAsked {
    reports::Goal goal;
    std::size_t fewest = 5;
    std::size_t most = 40;  // replications of one value
};

struct SearchEnd {
    PlayEnd play = PlayEnd::whole;
    std::vector<std::size_t> played;  // the variants, in order
    reports::GoalResult result;
};

SearchEnd search(Replicas& replicas, const Variants& variants, const SearchAsked& asked);

}  // namespace tools
