#include "models/pools/health_check.h"

#include <fmt/core.h>

#include "models/network/crossing.h"
#include "sim/sleep.h"
#include "sim/within.h"

namespace models {

HealthCheck::HealthCheck(const HealthCheckSpec& spec, const Context& context, Targets& targets,
                         PlaceId place)
    : spec_(spec),
      context_(context),
      targets_(targets),
      place_(place),
      stream_(context.stream("health check")) {}

void HealthCheck::start(EndpointId endpoint) {
    endpoint_ = endpoint;
    const auto count = static_cast<std::int64_t>(targets_.size());
    for (BackendId id = 0; id < targets_.size(); ++id) {
        crew_.run(watch(id, spec_.interval * std::int64_t{id} / count));
    }
}

void HealthCheck::watch_new(BackendId id) {
    targets_.exclude(id, Reason::unhealthy);
    crew_.run(watch(id, sim::Duration::zero()));
}

// A target that nothing is known of yet needs one success only (Envoy, AWS).
sim::Task<void> HealthCheck::watch(BackendId id, sim::Duration first) {
    bool up = !targets_.has(id, Reason::unhealthy);
    std::uint32_t needed = up ? spec_.unhealthy_threshold : 1;
    std::uint32_t contradictions = 0;
    co_await sim::sleep(context_.scheduler(), first);
    for (std::uint64_t number = 0;; ++number) {
        const bool passed = co_await probe(id, number);
        contradictions = passed == up ? 0 : contradictions + 1;
        if (contradictions >= needed) {
            up = passed;
            contradictions = 0;
            needed = up ? spec_.unhealthy_threshold : spec_.healthy_threshold;
            if (up) {
                targets_.tell(id, "healthy");
                targets_.include(id, Reason::unhealthy);
            } else {
                targets_.tell(id, "unhealthy",
                              fmt::format("{} failed checks", spec_.unhealthy_threshold));
                targets_.exclude(id, Reason::unhealthy);
            }
        }
        co_await sim::sleep(context_.scheduler(), pause(id, contradictions));
    }
}

sim::Duration HealthCheck::pause(BackendId id, std::uint32_t contradictions) const {
    if (contradictions > 0) return spec_.transition_interval.value_or(spec_.interval);
    const bool down = targets_.has(id, Reason::unhealthy);
    return down ? spec_.down_interval.value_or(spec_.interval) : spec_.interval;
}

// There and back, as a connection is opened.
sim::Task<bool> HealthCheck::connect(Instance& instance, std::uint64_t key) {
    const PlaceId there = instance.place();
    if (!co_await cross(context_.world, {place_, there, 0, key})) co_return false;
    const bool is_up = instance.is_up();
    co_return co_await cross(context_.world, {there, place_, 0, sim::mix(key)}) && is_up;
}

// What was asked of a target that hangs stays with it.
sim::Task<bool> HealthCheck::probe(BackendId id, std::uint64_t number) {
    Instance& instance = targets_.instance(id);
    const std::uint64_t key = sim::request_key(stream_, std::uint64_t{id} << 40 | number);
    if (!spec_.request) {
        const bool is_far = place_ != kNowhere && instance.place() != kNowhere;
        if (!is_far) co_return instance.is_up();
        const auto answer = co_await sim::within(context_.scheduler(), spec_.timeout,
                                                 connect(instance, key), &context_.world.abandoned);
        co_return answer&&* answer;
    }
    Request request;
    request.identity = key;
    request.place = place_;
    request.endpoint = endpoint_;
    request.deadline = context_.now() + spec_.timeout;
    const auto response = co_await sim::within(context_.scheduler(), spec_.timeout,
                                               instance.call(request), &context_.world.abandoned);
    co_return response && response->ok();
}

}  // namespace models
