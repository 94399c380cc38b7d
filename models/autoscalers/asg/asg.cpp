#include "models/autoscalers/asg/asg.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/sleep.h"

namespace models {

namespace {

constexpr std::size_t kDatapointsKept = 1000;

}  // namespace

Asg::Asg(const Spec& spec, const Context& context)
    : spec_(spec), context_(context), metrics_({spec.metric_period, {}, {Signal::cpu}}, context) {}

sim::Task<void> Asg::run(Workload& workload) {
    crew_.run(metrics_.run(workload));
    crew_.run(check_health(workload));
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.metric_period);
        evaluate(workload);
    }
}

sim::Task<void> Asg::check_health(Workload& workload) {
    for (;;) {
        check(workload);
        co_await sim::sleep(context_.scheduler(), spec_.health_check_interval);
    }
}

// The balancer checks from the beginning, the group listens when the grace period is over.
void Asg::check(Workload& workload) {
    std::map<PodId, std::uint32_t> failed;
    for (const Workload::Unit& unit : workload.units()) {
        if (unit.status.deleted || unit.serving) continue;
        const PodId id = unit.status.id;
        const std::uint32_t count = failed_checks_[id] + 1;
        const sim::Duration age = context_.now() - unit.ordered;
        if (count >= spec_.unhealthy_threshold && age >= spec_.health_check_grace_period) {
            workload.replace(
                id, fmt::format("failed {} health checks, {:.0f} s old", count, sim::seconds(age)));
        } else {
            failed[id] = count;
        }
    }
    failed_checks_ = std::move(failed);
}

Replicas Asg::warming(const Workload& workload) const {
    return static_cast<Replicas>(
        std::ranges::count_if(workload.units(), [&](const Workload::Unit& unit) {
            return !unit.status.deleted && context_.now() < unit.ordered + spec_.instance_warmup;
        }));
}

std::optional<double> Asg::utilisation(const Workload& workload) {
    const hpa::PodMetrics& metrics = metrics_.latest(Signal::cpu);
    double used = 0;
    double there = 0;
    for (const Workload::Unit& unit : workload.units()) {
        const auto metric = metrics.find(unit.status.id);
        const bool is_warm = context_.now() >= unit.ordered + spec_.instance_warmup;
        if (metric == metrics.end() || !is_warm || unit.status.deleted) continue;
        used += static_cast<double>(metric->second.value);
        there += static_cast<double>(unit.status.request.value_or(0));
    }
    if (there == 0) return std::nullopt;
    return used / there;
}

void Asg::evaluate(Workload& workload) {
    const std::optional<double> metric = utilisation(workload);
    if (!metric) return;
    if (group_.datapoints.size() >= kDatapointsKept) {
        group_.datapoints.erase(group_.datapoints.begin(),
                                group_.datapoints.begin() + kDatapointsKept / 2);
    }
    group_.datapoints.push_back(*metric);
    group_.desired = workload.replicas();
    group_.warming = warming(workload);
    group_.now = context_.now();
    std::optional<Replicas> most;
    for (const asg::Policy& policy : spec_.policies) {
        const std::optional<Replicas> wish = asg::wish(policy, group_);
        if (wish) most = most ? std::max(*most, *wish) : *wish;
    }
    const Replicas wanted = most.value_or(group_.desired);
    const Replicas size = std::clamp(wanted, spec_.min_size, spec_.max_size);
    workload.show_wish(wanted, wanted > spec_.max_size && size == spec_.max_size);
    if (size == group_.desired) return;
    group_.changed = group_.now;
    workload.scale_to({size, fmt::format("CPU {:.1f} %, {} of {} warming up, wanted {}",
                                         *metric * 100, group_.warming, group_.desired, wanted)});
}

}  // namespace models
