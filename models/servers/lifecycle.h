// How an instance comes and goes: from being ordered until it serves, and from being told to go
// until it is gone. The words are Kubernetes' where it has one.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>

#include "models/servers/probe.h"
#include "models/times.h"

namespace models {

struct Lifecycle {
    static constexpr std::string_view name = "lifecycle";
    static constexpr std::string_view doc =
        "Lifecycle of instances: provisioning, start, probes and shutdown.";
    Times provision_time;
    Times image_pull;
    Times start_time = spec::Constant<sim::Duration>{std::chrono::seconds(10)};
    sim::Fraction start_failures{};
    sim::Duration warm_up{};
    double cold_factor = 2;
    sim::Duration pre_stop{};
    sim::Duration termination_grace_period = std::chrono::seconds(30);
    bool graceful_shutdown = true;
    sim::Duration endpoint_delay{};
    std::optional<Probe> startup_probe;
    std::optional<Probe> liveness_probe;
    std::optional<Probe> readiness_probe;
    sim::Duration min_ready{};
    sim::Duration restart_back_off = std::chrono::seconds(10);
    sim::Duration restart_back_off_limit = std::chrono::minutes(5);
    // A process that dies as it is started would otherwise die without end in one moment.
    static constexpr sim::Duration kLeastBackOff = std::chrono::milliseconds(100);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param(
                "provision_time", &Lifecycle::provision_time,
                "From being ordered until its process starts: a machine found or booted, an image "
                "pulled."),
            param("image_pull", &Lifecycle::image_pull,
                  "How long its image takes to come, onto a machine of a cluster that does not "
                  "have that version yet; without a cluster, every time."),
            param("start_time", &Lifecycle::start_time,
                  "From the start of its process until that can serve."),
            param("start_failures", &Lifecycle::start_failures,
                  "The share of starts that never come to an end."),
            param("warm_up", &Lifecycle::warm_up, at_least(sim::Duration::zero()),
                  "How long a new instance is cold: code not compiled yet, caches empty."),
            param("cold_factor", &Lifecycle::cold_factor, at_least(1.0), at_most(1000.0),
                  "How many times longer work takes while it is cold."),
            param("pre_stop", &Lifecycle::pre_stop, at_least(sim::Duration::zero()),
                  "How long it still serves everybody after it was told to go."),
            param("termination_grace_period", &Lifecycle::termination_grace_period,
                  at_least(sim::Duration::zero()),
                  "After this it is killed, pre_stop included, whatever it is still doing."),
            param("graceful_shutdown", &Lifecycle::graceful_shutdown,
                  "Whether it finishes the requests it has before it stops, or drops them."),
            param("endpoint_delay", &Lifecycle::endpoint_delay, at_least(sim::Duration::zero()),
                  "How long balancers take to hear that it goes; until then they send it more."),
            param("startup_probe", &Lifecycle::startup_probe,
                  "Until it succeeds the other two are not asked; when it fails, the process is "
                  "started again."),
            param("liveness_probe", &Lifecycle::liveness_probe,
                  "When it fails, the process is started again."),
            param("readiness_probe", &Lifecycle::readiness_probe,
                  "While it fails, balancers send the instance nothing."),
            param("min_ready", &Lifecycle::min_ready, at_least(sim::Duration::zero()),
                  "How long a new instance must have been ready until a rollout counts it as "
                  "available and goes on (minReadySeconds)."),
            param(
                "restart_back_off", &Lifecycle::restart_back_off, at_least(kLeastBackOff),
                "How long a process that was killed waits for its second restart; its first comes "
                "at once, each later one after twice the time, and after 10 minutes without one "
                "it begins anew."),
            param("restart_back_off_limit", &Lifecycle::restart_back_off_limit,
                  at_least(kLeastBackOff), "The longest such wait.")};
    }
};

}  // namespace models
