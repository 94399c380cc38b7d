// What a node says at the end of a run of the instances that it had.
#pragma once

#include <vector>

#include "models/context.h"
#include "models/prices/instance_price.h"

namespace models {

// Since the warm-up.
double measured_hours(const Context& context);

// So many instances have been there for all of the measured time; or so many hours of them, and
// when these were.
void use_instances(const Context& context, const InstancePrice& price, double instances);
void use_hours(const Context& context, const InstancePrice& price, double hours,
               std::vector<sim::Stay> stays);

}  // namespace models
