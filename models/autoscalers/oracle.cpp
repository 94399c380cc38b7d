#include "models/autoscalers/oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/sleep.h"

namespace models {

Oracle::Oracle(const Spec& spec, const Context& context) : spec_(spec), context_(context) {}

sim::Task<void> Oracle::run(Workload& workload) {
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.sync_period);
        sync(workload);
    }
}

// What came in the last period, in core seconds: the use of cores, and as much again for each
// request that is there now as one took of late.
void Oracle::sync(Workload& workload) {
    double busy = 0;
    double came = 0;
    double there = 0;
    std::map<PodId, InstanceSample> now;
    for (const Workload::Unit& unit : workload.units()) {
        const PodId id = unit.status.id;
        now[id] = unit.vitals;
        const auto before = before_.find(id);
        const InstanceSample past = before == before_.end() ? unit.vitals : before->second;
        busy += sim::seconds(unit.vitals.busy - past.busy);
        came += static_cast<double>(unit.vitals.requests - past.requests);
        there += static_cast<double>(unit.vitals.in_flight) - static_cast<double>(past.in_flight);
    }
    before_ = std::move(now);
    const double done = came - there;
    const double each = done > 0 ? busy / done : 0;
    const double needed = std::max(busy, each * came) / sim::seconds(spec_.sync_period);
    const double one = static_cast<double>(workload.size().cpu) / 1000 * spec_.target.value;
    const auto wish = static_cast<Replicas>(std::ceil(needed / one - 1e-9));
    const Replicas wanted = std::clamp(wish, spec_.min_replicas, spec_.max_replicas);
    workload.show_wish(wish, wish > spec_.max_replicas);
    if (wanted == workload.replicas()) return;
    workload.scale_at_once({wanted, fmt::format("{:.2f} cores needed, {:.2f} each", needed, one)});
}

}  // namespace models
