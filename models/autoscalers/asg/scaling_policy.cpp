#include "models/autoscalers/asg/scaling_policy.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace models::asg {

namespace {

template <class Breaches>
bool alarm(const std::vector<double>& datapoints, std::uint32_t count, const Breaches& breaches) {
    if (datapoints.size() < count) return false;
    return std::all_of(datapoints.end() - count, datapoints.end(), breaches);
}

bool on_side(double value, sim::Fraction threshold, When when) {
    return when == When::above ? value >= threshold.value : value <= threshold.value;
}

// In proportion: ceil(size * metric / target). While instances warm up there is no way down.
std::optional<Replicas> wish_of(const TargetTracking& policy, const Group& group) {
    const double target = policy.value.value;
    const auto in_proportion = [&] {
        const double size = static_cast<double>(group.desired - group.warming);
        return static_cast<Replicas>(std::ceil(size * group.datapoints.back() / target - 1e-9));
    };
    const auto is_high = [&](double value) { return value > target; };
    const auto is_low = [&](double value) { return value < 0.9 * target; };
    if (alarm(group.datapoints, policy.scale_out_datapoints, is_high)) {
        return std::max(group.desired, in_proportion());
    }
    const bool may_shrink = !policy.disable_scale_in && group.warming == 0;
    if (may_shrink && alarm(group.datapoints, policy.scale_in_datapoints, is_low)) {
        return std::min(group.desired, in_proportion());
    }
    return std::nullopt;
}

// What is warming up counts as added already: a step that asks for no more than that adds nothing.
std::optional<Replicas> wish_of(const StepScaling& policy, const Group& group) {
    const auto breaches = [&](double value) {
        return on_side(value, policy.threshold, policy.when);
    };
    if (!alarm(group.datapoints, policy.datapoints, breaches)) return std::nullopt;
    const double distance = std::abs(group.datapoints.back() - policy.threshold.value);
    for (const StepAdjustment& step : policy.value) {
        if (distance < step.from.value || (step.to && distance >= step.to->value)) continue;
        if (step.add < 0) return group.warming > 0 ? group.desired : group.desired + step.add;
        return std::max(group.desired, group.desired - group.warming + step.add);
    }
    return std::nullopt;
}

std::optional<Replicas> wish_of(const SimpleScaling& policy, const Group& group) {
    const auto breaches = [&](double value) {
        return on_side(value, policy.threshold, policy.when);
    };
    if (!alarm(group.datapoints, policy.datapoints, breaches)) return std::nullopt;
    if (group.changed && group.now < *group.changed + policy.cooldown) return std::nullopt;
    return group.desired + policy.value;
}

}  // namespace

std::optional<Replicas> wish(const Policy& policy, const Group& group) {
    return std::visit([&](const auto& kind) { return wish_of(kind, group); }, policy.is);
}

}  // namespace models::asg
