// What a group's alarms do when they go off, as AWS EC2 Auto Scaling has it.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/workload.h"
#include "models/spec/declaration/spec.h"

namespace models::asg {

// Keeps the mean CPU utilisation at a target. Its two alarms are AWS's: above the target for 3
// datapoints of a minute, or a tenth below it for 15.
struct TargetTracking {
    static constexpr std::string_view key = "target_tracking";
    static constexpr std::string_view doc = "Keeps the CPU utilisation at a target.";
    sim::Fraction value{0.5};
    std::uint32_t scale_out_datapoints = 3;
    std::uint32_t scale_in_datapoints = 15;
    bool disable_scale_in = false;
    static constexpr auto body() {
        return spec::param("target_tracking", &TargetTracking::value, spec::at_least(0.01),
                           "The utilisation to keep.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("scale_out_datapoints", &TargetTracking::scale_out_datapoints, at_least(1u),
                  at_most(1000u), "Consecutive datapoints above the target until it scales out."),
            param("scale_in_datapoints", &TargetTracking::scale_in_datapoints, at_least(1u),
                  at_most(1000u),
                  "Consecutive datapoints below nine tenths of the target until it scales in."),
            param(
                "disable_scale_in", &TargetTracking::disable_scale_in,
                "Whether scaling in is disabled (DisableScaleIn), so that the group only grows.")};
    }
};

enum class When : std::uint8_t { above, below };

constexpr auto names_of(When) {
    return std::array{spec::Word{"above", When::above, "At the threshold or above it."},
                      spec::Word{"below", When::below, "At the threshold or below it."}};
}

// One interval of how far the metric is from the threshold, and what to add when it lies there.
struct StepAdjustment {
    static constexpr std::string_view name = "step_adjustment";
    static constexpr std::string_view doc =
        "A step: how much to change at a distance from the threshold.";
    sim::Fraction from{};
    std::optional<sim::Fraction> to;
    Replicas add = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("from", &StepAdjustment::from,
                  "Lower bound of the distance from the threshold, inclusive."),
            param("to", &StepAdjustment::to,
                  "Upper bound of the distance, exclusive. Without it there is no bound."),
            required("add", &StepAdjustment::add, at_least(-100000), at_most(100000),
                     "Instances to add; to take away when negative.")};
    }
};

struct StepScaling {
    static constexpr std::string_view key = "step";
    static constexpr std::string_view doc =
        "Step scaling: adds or removes instances by the distance from a threshold.";
    std::vector<StepAdjustment> value;
    sim::Fraction threshold{0.7};
    When when = When::above;
    std::uint32_t datapoints = 2;
    static constexpr auto body() {
        return spec::param("step", &StepScaling::value, spec::not_empty(),
                           "Steps by the distance from the threshold.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("threshold", &StepScaling::threshold,
                  "Threshold of the alarm, in CPU utilisation."),
            param("when", &StepScaling::when,
                  "Whether the alarm is for a utilisation above or below the threshold."),
            param("datapoints", &StepScaling::datapoints, at_least(1u), at_most(1000u),
                  "Consecutive datapoints on that side until the alarm goes off.")};
    }
};

struct SimpleScaling {
    static constexpr std::string_view key = "simple";
    static constexpr std::string_view doc =
        "Simple scaling: adds a number of instances, then waits for the cool-down.";
    Replicas value = 1;
    sim::Fraction threshold{0.7};
    When when = When::above;
    std::uint32_t datapoints = 2;
    sim::Duration cooldown = std::chrono::minutes(5);
    static constexpr auto body() {
        return spec::param("simple", &SimpleScaling::value, spec::at_least(-100000),
                           spec::at_most(100000), "Instances to add; to take away when negative.");
    }
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("threshold", &SimpleScaling::threshold,
                  "Threshold of the alarm, in CPU utilisation."),
            param("when", &SimpleScaling::when,
                  "Whether the alarm is for a utilisation above or below the threshold."),
            param("datapoints", &SimpleScaling::datapoints, at_least(1u), at_most(1000u),
                  "Consecutive datapoints on that side until the alarm goes off."),
            param("cooldown", &SimpleScaling::cooldown, at_least(sim::Duration::zero()),
                  "Cool-down: least time from one change to the next.")};
    }
};

struct Policy : spec::Tagged<TargetTracking, StepScaling, SimpleScaling> {
    using Tagged::Tagged;
    static constexpr std::string_view name = "asg_policy";
    static constexpr std::string_view doc = "What changes the size of the group.";
};

// What alarms and policies look at: one datapoint a period, the newest last.
struct Group {
    Replicas desired = 0;
    Replicas warming = 0;  // that do not count in the metric yet
    std::vector<double> datapoints;
    sim::Time now{};
    std::optional<sim::Time> changed;
};

// What a policy wants; none when its alarm is quiet.
std::optional<Replicas> wish(const Policy& policy, const Group& group);

}  // namespace models::asg
