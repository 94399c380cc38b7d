#include "models/used.h"

#include <utility>

#include "models/prices/usages.h"
#include "sim/recorder.h"

namespace models {

double measured_hours(const Context& context) {
    return sim::seconds(context.now() - context.world.recorder.measured_from()) / 3600;
}

void use_instances(const Context& context, const InstancePrice& price, double instances) {
    const sim::Time from = context.world.recorder.measured_from();
    use_hours(context, price, instances * measured_hours(context),
              {{from, context.now(), instances}});
}

void use_hours(const Context& context, const InstancePrice& price, double hours,
               std::vector<sim::Stay> stays) {
    std::optional<double> own;
    if (price.own) own = price.own->usd_per_hour;
    if (price.size.empty()) stays.clear();  // nothing is reserved of what has no name
    context.meter.used(kInstanceHours.item, hours, price.size, own, std::move(stays));
}

}  // namespace models
