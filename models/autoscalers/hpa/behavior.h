// How fast and how readily replicas may change: `behavior` of a HorizontalPodAutoscaler v2.
//
// After Kubernetes' pkg/controller/podautoscaler/horizontal.go. Without a `behavior` the rules of
// before 1.18 hold: at most twice as many, but four are always allowed, and a fixed window on the
// way down. Percentages are worked out in floating point as Go does, roundings included: 10 % more
// than 100 is 111, because 1.1 is a little more than that, and 80 % less than 10 is 1.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/hpa/replica_calculator.h"
#include "models/spec/declaration/spec.h"

namespace models::hpa {

enum class PolicyType : std::uint8_t { pods, percent };
enum class SelectPolicy : std::uint8_t { max, min, disabled };

constexpr auto names_of(PolicyType) {
    return std::array{
        spec::Word{"pods", PolicyType::pods, "A number of pods."},
        spec::Word{"percent", PolicyType::percent, "A percentage of the present pods."}};
}

constexpr auto names_of(SelectPolicy) {
    return std::array{
        spec::Word{"max", SelectPolicy::max, "The policy that allows the largest change."},
        spec::Word{"min", SelectPolicy::min, "The policy that allows the smallest change."},
        spec::Word{"disabled", SelectPolicy::disabled, "No scaling in this direction."}};
}

// "No more than `value` within `period`."
struct ScalingPolicy {
    static constexpr std::string_view name = "scaling_policy";
    static constexpr std::string_view doc =
        "How much the number of pods may change within a period.";
    PolicyType type = PolicyType::pods;
    std::int32_t value = 1;
    sim::Duration period = std::chrono::seconds(15);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("type", &ScalingPolicy::type, "Whether it counts pods or percent."),
            required("value", &ScalingPolicy::value, at_least(1), at_most(1000000),
                     "Most change within the period, in pods or percent."),
            required("period", &ScalingPolicy::period, above(sim::Duration::zero()),
                     at_most(sim::Duration(std::chrono::minutes(30))),
                     "The period in which that change is allowed.")};
    }
};

struct ScalingRules {
    static constexpr std::string_view name = "scaling_rules";
    static constexpr std::string_view doc = "Rules for scaling in one direction.";
    sim::Duration stabilization_window{};
    SelectPolicy select_policy = SelectPolicy::max;
    std::vector<ScalingPolicy> policies;
    std::optional<sim::Fraction> tolerance{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("stabilization_window", &ScalingRules::stabilization_window,
                  at_least(sim::Duration::zero()), at_most(sim::Duration(std::chrono::hours(1))),
                  "Stabilization window: the most cautious recommendation of this time back is "
                  "followed."),
            param("select_policy", &ScalingRules::select_policy,
                  "Which of several policies applies."),
            param("policies", &ScalingRules::policies, not_empty(),
                  "Limits on how fast the number of pods changes."),
            param("tolerance", &ScalingRules::tolerance, at_most(1.0),
                  "How far a metric may be on this side of its target without any scaling "
                  "(Kubernetes 1.33). Without it the autoscaler's own tolerance holds.")};
    }

    sim::Duration longest_period() const;
};

struct Behavior {
    static constexpr std::string_view name = "hpa_behavior";
    static constexpr std::string_view doc =
        "Scaling behavior: stabilization and rate limits, up and down. What is left out is as in "
        "Kubernetes.";
    ScalingRules scale_up{{},
                          SelectPolicy::max,
                          {{PolicyType::pods, 4, std::chrono::seconds(15)},
                           {PolicyType::percent, 100, std::chrono::seconds(15)}}};
    ScalingRules scale_down{std::chrono::minutes(5),
                            SelectPolicy::max,
                            {{PolicyType::percent, 100, std::chrono::seconds(15)}}};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{param("scale_up", &Behavior::scale_up, "Rules for scaling up."),
                          param("scale_down", &Behavior::scale_down, "Rules for scaling down.")};
    }
};

// Changes that were made, up or down, as the policies look back on them. The slot of one that no
// policy needs any more is used again.
class ScaleEvents {
public:
    struct Event {
        Replicas change = 0;
        sim::Time at{};
    };

    ScaleEvents() = default;
    explicit ScaleEvents(std::vector<Event> events) : events_(std::move(events)) {}

    void add(Replicas change, sim::Duration longest_period, sim::Time now);
    // Strictly within the period: one that is exactly as old as it does not count.
    Replicas within(sim::Duration period, sim::Time now) const;
    const std::vector<Event>& events() const { return events_; }

private:
    std::vector<Event> events_;
};

struct ScaleHistory {
    ScaleEvents up;
    ScaleEvents down;
};

Replicas legacy_scale_up_limit(Replicas current);
Replicas scale_up_limit(Replicas current, const ScaleHistory& history, const ScalingRules& rules,
                        sim::Time now);
Replicas scale_down_limit(Replicas current, const ScaleHistory& history, const ScalingRules& rules,
                          sim::Time now);

// Why the count is what it is: the condition that `kubectl describe hpa` shows.
enum class Reason : std::uint8_t {
    desired_within_range,
    scale_up_limit,
    scale_down_limit,
    too_many_replicas,
    too_few_replicas,
    current_above_max,
    current_below_min,
    scaling_disabled,
    no_metrics
};

std::string_view text_of(Reason reason);

struct Bounds {
    Replicas min = 1;
    Replicas max = 10;
};

struct Limited {
    Replicas replicas = 0;
    Reason reason = Reason::desired_within_range;
};

// Without a `behavior`.
Limited limit_legacy(Replicas current, Replicas desired, Bounds bounds);
// With one.
Limited limit(Replicas current, Replicas desired, Bounds bounds, const Behavior& behavior,
              const ScaleHistory& history, sim::Time now);

}  // namespace models::hpa
