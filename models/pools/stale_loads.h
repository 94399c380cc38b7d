// Load signals that are old: what the policy sees is what the targets said at the last update.
//
// The bulletin board of Mitzenmacher, "How useful is old load information?" (2000): every
// `signal_age` the targets tell how many requests they have, from all balancers; until the next
// time everybody goes to those that looked idle (the herd effect).
#pragma once

#include <span>

#include "models/pools/targets.h"
#include "sim/task_group.h"

namespace models {

class StaleLoads {
public:
    // All balancers in front of the same targets, which have the same ids with each.
    void start(const Context& context, sim::Duration age, std::vector<Targets*> views);
    void dismiss() { crew_.dismiss(); }

private:
    sim::Task<void> update(sim::Scheduler& scheduler, sim::Duration age);

    std::vector<Targets*> views_;
    sim::TaskGroup crew_;
};

}  // namespace models
