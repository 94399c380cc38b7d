// What a kubelet asks a container again and again: has it started, does it live, is it ready.
//
// A probe of an endpoint is a request like any other: it waits for a thread and uses what that
// endpoint uses, so that an instance without a free thread fails it. One without an endpoint only
// sees whether the process serves at all.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <tuple>

#include "models/spec/declaration/spec.h"

namespace models {

struct Probe {
    static constexpr std::string_view name = "probe";
    static constexpr std::string_view doc = "A probe of an instance, repeated each period.";
    std::string endpoint;
    sim::Duration initial_delay{};
    sim::Duration period = std::chrono::seconds(10);
    sim::Duration timeout = std::chrono::seconds(1);
    std::uint32_t failure_threshold = 3;
    std::uint32_t success_threshold = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("endpoint", &Probe::endpoint,
                  "Endpoint that is probed. Without it the probe only checks that the process "
                  "serves."),
            param("initial_delay", &Probe::initial_delay, at_least(sim::Duration::zero()),
                  "Time from the start of the process until the first probe."),
            param("period", &Probe::period, at_least(sim::Duration(std::chrono::milliseconds(100))),
                  "Interval between two probes."),
            param("timeout", &Probe::timeout, above(sim::Duration::zero()),
                  "Timeout of a probe: no answer in this time is a failure."),
            param("failure_threshold", &Probe::failure_threshold, at_least(1u), at_most(1000000u),
                  "Consecutive failures after which the probe has failed."),
            param("success_threshold", &Probe::success_threshold, at_least(1u), at_most(1000000u),
                  "Consecutive successes after which the probe has succeeded.")};
    }
};

}  // namespace models
