#include "models/steps/publish.h"

#include "models/node.h"
#include "models/steps/calling.h"
#include "models/steps/steps.h"

namespace models {

// Whoever waits is at the broker and back; the links between are not reckoned with.
Cost PublishStep::cost(Costing& of) const {
    Cost cost = of.of_call(value);
    if (fire_and_forget) cost.stays_s = 0;
    of.note_policies(policies);
    of.note("publishing to " + spec::text_of(value) +
            " is reckoned without linger, replicas and links.");
    return cost;
}

void PublishStep::compile(StepCompiler& into) const {
    Topics& topics = *into.context().world.directory.node(value.node).topics();
    CallPlan plan;
    plan.number = into.number(key, name);
    plan.name = spec::text_of(value);
    plan.opens = false;
    plan.edge = {value, Times{}.build(), policies,
                 &topics.producer(value.endpoint, *this, into.server().context())};
    add_call(into, plan);
}

}  // namespace models
