#include "models/autoscalers/keda.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <cmath>

#include "models/node.h"
#include "sim/sleep.h"

namespace models {

Keda::Keda(const Spec& spec, const Context& context)
    : spec_(spec),
      context_(context),
      controller_({{std::max(1, spec.min_replica_count), spec.max_replica_count},
                   spec.behavior,
                   std::chrono::minutes(5)}) {}

sim::Task<void> Keda::run(Workload& workload) {
    crew_.run(operate(workload));
    for (;;) {
        sync(workload);
        co_await sim::sleep(context_.scheduler(), spec_.sync_period);
    }
}

sim::Task<void> Keda::operate(Workload& workload) {
    for (;;) {
        poll(workload);
        co_await sim::sleep(context_.scheduler(), spec_.polling_interval);
    }
}

double Keda::lag() const {
    const std::string& name = spec_.queue ? spec_.queue->node : context_.name;
    const std::optional<double> reading =
        context_.world.directory.node(name).reading(spec_.reading);
    assert(reading && "a reading that its kind does not declare is refused");
    return reading.value_or(0);
}

// Between none and some.
void Keda::poll(Workload& workload) {
    const double lag = this->lag();
    const bool is_active = lag > spec_.activation_lag_threshold;
    if (is_active) active_ = context_.now();
    const Replicas replicas = workload.replicas();
    if (replicas == 0 && is_active) {
        const Replicas first = std::max(1, spec_.min_replica_count);
        workload.show_wish(first, false);
        workload.scale_to({first, fmt::format("{} {:g}: active", spec_.reading, lag)});
    } else if (replicas > 0 && spec_.min_replica_count == 0 && !is_active &&
               context_.now() - active_ >= spec_.cooldown_period) {
        workload.show_wish(0, false);
        workload.scale_to(
            {0, fmt::format("not active for {:.0f} s", sim::seconds(context_.now() - active_))});
    }
}

// Between some and more.
void Keda::sync(Workload& workload) {
    const Replicas current = workload.replicas();
    if (current == 0) return;
    const double lag = this->lag();
    const hpa::Pods none;
    const hpa::Census census{current, none, {}, {}, context_.now()};
    const auto milli = [](double value) { return static_cast<Milli>(std::llround(value * 1000)); };
    const hpa::Proposal proposal =
        hpa::for_value_per_pod(census, {milli(lag)}, milli(spec_.lag_threshold));
    const hpa::Controller::Decision decision =
        controller_.reconcile(current, proposal, context_.now());
    workload.show_wish(proposal.replicas, proposal.replicas > spec_.max_replica_count &&
                                              decision.replicas == spec_.max_replica_count);
    if (decision.replicas == current) return;
    workload.scale_to(
        {decision.replicas,
         fmt::format("{} {:g}, {:g} each asks for {}, {}", spec_.reading, lag, spec_.lag_threshold,
                     proposal.replicas, hpa::text_of(decision.reason))});
}

}  // namespace models
