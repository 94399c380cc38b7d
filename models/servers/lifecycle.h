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
            param("provision_time", &Lifecycle::provision_time,
                  "Time from an instance's order until its process starts: to find or boot a "
                  "machine."),
            param("image_pull", &Lifecycle::image_pull,
                  "Time to pull the image onto a machine of a cluster that does not have this "
                  "version yet; without a cluster, at every start."),
            param("start_time", &Lifecycle::start_time,
                  "Time from the start of the process until it can serve."),
            param("start_failures", &Lifecycle::start_failures,
                  "Share of starts that hang and never finish."),
            param(
                "warm_up", &Lifecycle::warm_up, at_least(sim::Duration::zero()),
                "Warm-up: how long a new instance is cold (code not compiled yet, caches empty)."),
            param("cold_factor", &Lifecycle::cold_factor, at_least(1.0), at_most(1000.0),
                  "Factor on the time of work while an instance is cold."),
            param("pre_stop", &Lifecycle::pre_stop, at_least(sim::Duration::zero()),
                  "How long an instance still serves as before after it was told to stop (a "
                  "preStop hook)."),
            param("termination_grace_period", &Lifecycle::termination_grace_period,
                  at_least(sim::Duration::zero()),
                  "How long after it was told to stop, pre_stop included, an instance is killed "
                  "(terminationGracePeriodSeconds)."),
            param("graceful_shutdown", &Lifecycle::graceful_shutdown,
                  "Whether it finishes its requests in flight before it stops, or drops them."),
            param("endpoint_delay", &Lifecycle::endpoint_delay, at_least(sim::Duration::zero()),
                  "How long balancers take to learn that an instance is stopping; until then they "
                  "send it more requests."),
            param("startup_probe", &Lifecycle::startup_probe,
                  "Startup probe: until it succeeds the other probes wait; when it fails, the "
                  "process is restarted. Without it the other probes begin at once."),
            param("liveness_probe", &Lifecycle::liveness_probe,
                  "Liveness probe: when it fails, the process is restarted. Without it a hung "
                  "process stays."),
            param("readiness_probe", &Lifecycle::readiness_probe,
                  "Readiness probe: while it fails, balancers send the instance no requests. "
                  "Without it an instance is ready when started."),
            param("min_ready", &Lifecycle::min_ready, at_least(sim::Duration::zero()),
                  "How long a new instance must have been ready until a rollout counts it as "
                  "available and goes on (minReadySeconds)."),
            param("restart_back_off", &Lifecycle::restart_back_off, at_least(kLeastBackOff),
                  "Restart back-off (CrashLoopBackOff): the first restart comes at once, the "
                  "second after this, each later one after twice the wait. It is reset after 10 "
                  "minutes without a restart."),
            param("restart_back_off_limit", &Lifecycle::restart_back_off_limit,
                  at_least(kLeastBackOff), "Longest restart back-off.")};
    }
};

}  // namespace models
