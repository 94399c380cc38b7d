#include "models/used.h"

#include "models/prices/usages.h"
#include "sim/recorder.h"

namespace models {

double measured_hours(const Context& context) {
    return sim::seconds(context.now() - context.world.recorder.measured_from()) / 3600;
}

void use_instances(const Context& context, const InstancePrice& price, double instances) {
    use_hours(context, price, instances * measured_hours(context));
}

void use_hours(const Context& context, const InstancePrice& price, double hours) {
    std::optional<double> own;
    if (price.own) own = price.own->usd_per_hour;
    context.meter.used(kInstanceHours.item, hours, price.size, own);
}

}  // namespace models
