// What a node says at the end of a run of the instances that it had.
#pragma once

#include "models/context.h"
#include "models/prices/instance_price.h"

namespace models {

// Since the warm-up.
double measured_hours(const Context& context);

// So many instances have been there, mean over the measured time; or so many hours of them.
void use_instances(const Context& context, const InstancePrice& price, double instances);
void use_hours(const Context& context, const InstancePrice& price, double hours);

}  // namespace models
