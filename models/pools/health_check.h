// Active checks: every target is probed again and again, whoever else asks it for anything.
//
// A target is out after `unhealthy_threshold` failures in a row and back after `healthy_threshold`
// successes in a row (HAProxy's fall and rise, Envoy's and AWS' thresholds). Without a `request`
// the probe only connects, which a target that hangs still lets it do. The first probes are spread
// over the interval; the next follows one interval after the end of the last, so a target that
// refuses is out at most threshold * interval after it died, one that hangs threshold * (interval +
// timeout).
#pragma once

#include <chrono>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "sim/task_group.h"

namespace models {

struct HealthCheckSpec {
    static constexpr std::string_view name = "health_check";
    static constexpr std::string_view doc =
        "Active health checks: every target is probed at an interval.";
    sim::Duration interval = std::chrono::seconds(2);
    std::optional<sim::Duration> transition_interval;
    std::optional<sim::Duration> down_interval;
    sim::Duration timeout = std::chrono::seconds(1);
    std::uint32_t unhealthy_threshold = 3;
    std::uint32_t healthy_threshold = 2;
    std::optional<spec::CallRef> request;
    static constexpr auto params() {
        using namespace spec;
        using Self = HealthCheckSpec;
        constexpr sim::Duration kShortest = std::chrono::milliseconds(10);
        return std::tuple{
            param("interval", &Self::interval, at_least(kShortest),
                  "Interval from the end of a probe to the next of the same target (HAProxy's "
                  "inter)."),
            param("transition_interval", &Self::transition_interval, at_least(kShortest),
                  "Interval while the last probe contradicts the target's state (fastinter). "
                  "Without it, `interval`."),
            param("down_interval", &Self::down_interval, at_least(kShortest),
                  "Interval while the target is down (downinter). Without it, `interval`."),
            param("timeout", &Self::timeout, above(sim::Duration::zero()),
                  "Timeout of a probe: without an answer for so long it has failed."),
            param("unhealthy_threshold", &Self::unhealthy_threshold, at_least(1u),
                  "Consecutive failures until a target is taken out (HAProxy's fall)."),
            param("healthy_threshold", &Self::healthy_threshold, at_least(1u),
                  "Consecutive successes until a target is back (HAProxy's rise)."),
            param("request", &Self::request,
                  "Endpoint that is probed, as \"web.health\". Without it a probe succeeds when "
                  "the target accepts a connection.")};
    }
};

class HealthCheck {
public:
    // `place`: where it stands; from nowhere, no probe is under way for any time.
    HealthCheck(const HealthCheckSpec& spec, const Context& context, Targets& targets,
                PlaceId place = kNowhere);

    // From now on; with the endpoint its request is for.
    void start(EndpointId endpoint);
    // A target that joined later takes requests after its first good probe.
    void watch_new(BackendId id);
    void dismiss() { crew_.dismiss(); }

private:
    sim::Task<void> watch(BackendId id, sim::Duration first);
    sim::Task<bool> probe(BackendId id, std::uint64_t number);
    sim::Task<bool> connect(Instance& instance, std::uint64_t key);
    sim::Duration pause(BackendId id, std::uint32_t contradictions) const;

    HealthCheckSpec spec_;
    Context context_;
    Targets& targets_;
    PlaceId place_;
    EndpointId endpoint_ = 0;
    std::uint64_t stream_;
    sim::TaskGroup crew_;
};

}  // namespace models
