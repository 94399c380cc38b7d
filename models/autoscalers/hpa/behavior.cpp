#include "models/autoscalers/hpa/behavior.h"

#include <algorithm>
#include <cmath>

namespace models::hpa {

namespace {

constexpr Replicas kLeast = std::numeric_limits<Replicas>::min();
constexpr Replicas kMost = std::numeric_limits<Replicas>::max();

Replicas cut(double count) {
    return static_cast<Replicas>(
        std::clamp(count, static_cast<double>(kLeast), static_cast<double>(kMost)));
}

// How many there were when the policy's period began, changes both ways undone.
Replicas at_period_start(Replicas current, const ScaleHistory& history, const ScalingPolicy& policy,
                         sim::Time now) {
    return current - history.up.within(policy.period, now) +
           history.down.within(policy.period, now);
}

// Rounded up, so that one percent of a few is one and not none.
Replicas allowed_up(Replicas start, const ScalingPolicy& policy) {
    if (policy.type == PolicyType::pods) return start + policy.value;
    return cut(
        std::ceil(static_cast<double>(start) * (1 + static_cast<double>(policy.value) / 100)));
}

Replicas allowed_down(Replicas start, const ScalingPolicy& policy) {
    if (policy.type == PolicyType::pods) return start - policy.value;
    return cut(static_cast<double>(start) * (1 - static_cast<double>(policy.value) / 100));
}

}  // namespace

sim::Duration ScalingRules::longest_period() const {
    sim::Duration longest{};
    for (const ScalingPolicy& policy : policies) longest = std::max(longest, policy.period);
    return longest;
}

// The last of those that are too old is overwritten, as upstream does.
void ScaleEvents::add(Replicas change, sim::Duration longest_period, sim::Time now) {
    const sim::Time cutoff = now - longest_period;
    const auto old = std::find_if(events_.rbegin(), events_.rend(),
                                  [&](const Event& event) { return event.at < cutoff; });
    if (old != events_.rend()) {
        *old = {change, now};
    } else {
        events_.push_back({change, now});
    }
}

Replicas ScaleEvents::within(sim::Duration period, sim::Time now) const {
    const sim::Time cutoff = now - period;
    Replicas sum = 0;
    for (const Event& event : events_) {
        if (event.at > cutoff) sum += event.change;
    }
    return sum;
}

Replicas legacy_scale_up_limit(Replicas current) {
    return cut(std::max(2.0 * static_cast<double>(current), 4.0));
}

Replicas scale_up_limit(Replicas current, const ScaleHistory& history, const ScalingRules& rules,
                        sim::Time now) {
    if (rules.select_policy == SelectPolicy::disabled) return current;
    const bool least_change = rules.select_policy == SelectPolicy::min;
    Replicas result = least_change ? kMost : kLeast;
    for (const ScalingPolicy& policy : rules.policies) {
        const Replicas allowed = allowed_up(at_period_start(current, history, policy, now), policy);
        result = least_change ? std::min(result, allowed) : std::max(result, allowed);
    }
    return result;
}

Replicas scale_down_limit(Replicas current, const ScaleHistory& history, const ScalingRules& rules,
                          sim::Time now) {
    if (rules.select_policy == SelectPolicy::disabled) return current;
    const bool least_change = rules.select_policy == SelectPolicy::min;
    Replicas result = least_change ? kLeast : kMost;
    for (const ScalingPolicy& policy : rules.policies) {
        const Replicas allowed =
            allowed_down(at_period_start(current, history, policy, now), policy);
        result = least_change ? std::max(result, allowed) : std::min(result, allowed);
    }
    return result;
}

std::string_view text_of(Reason reason) {
    switch (reason) {
        case Reason::desired_within_range:
            return "DesiredWithinRange";
        case Reason::scale_up_limit:
            return "ScaleUpLimit";
        case Reason::scale_down_limit:
            return "ScaleDownLimit";
        case Reason::too_many_replicas:
            return "TooManyReplicas";
        case Reason::too_few_replicas:
            return "TooFewReplicas";
        case Reason::current_above_max:
            return "CurrentAboveMax";
        case Reason::current_below_min:
            return "CurrentBelowMin";
        case Reason::scaling_disabled:
            return "ScalingDisabled";
        case Reason::no_metrics:
            return "NoMetrics";
    }
    return "";
}

Limited limit_legacy(Replicas current, Replicas desired, Bounds bounds) {
    if (desired < bounds.min) return {bounds.min, Reason::too_few_replicas};
    const Replicas fastest = legacy_scale_up_limit(current);
    if (bounds.max > fastest && desired > fastest) return {fastest, Reason::scale_up_limit};
    if (bounds.max <= fastest && desired > bounds.max) {
        return {bounds.max, Reason::too_many_replicas};
    }
    return {desired, Reason::desired_within_range};
}

Limited limit(Replicas current, Replicas desired, Bounds bounds, const Behavior& behavior,
              const ScaleHistory& history, sim::Time now) {
    if (desired > current) {
        const Replicas fastest =
            std::max(current, scale_up_limit(current, history, behavior.scale_up, now));
        const bool too_fast = bounds.max > fastest;
        const Replicas most = std::min(bounds.max, fastest);
        if (desired > most) {
            return {most, too_fast ? Reason::scale_up_limit : Reason::too_many_replicas};
        }
    } else if (desired < current) {
        const Replicas fastest =
            std::min(current, scale_down_limit(current, history, behavior.scale_down, now));
        const bool too_fast = bounds.min < fastest;
        const Replicas least = std::max(bounds.min, fastest);
        if (desired < least) {
            return {least, too_fast ? Reason::scale_down_limit : Reason::too_few_replicas};
        }
    }
    return {desired, Reason::desired_within_range};
}

}  // namespace models::hpa
