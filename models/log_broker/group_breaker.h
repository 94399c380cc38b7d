// A circuit breaker of what a consumer group handles (models/calls/breaker.h): while it is open,
// members are paused. A paused member keeps its partitions, polls, and takes no records; so nothing
// is called that would fail, and nothing is given up.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string_view>
#include <tuple>

#include "models/calls/breaker.h"
#include "models/calls/tally.h"
#include "models/context.h"
#include "models/spec/declaration/spec.h"
#include "sim/task.h"
#include "sim/task_group.h"

namespace models {

struct GroupBreakerSpec {
    static constexpr std::string_view name = "group_breaker";
    static constexpr std::string_view doc =
        "A circuit breaker of a consumer group's handler (parameters as in resilience4j): while it "
        "is open, all members are paused.";
    sim::Fraction failure_rate_threshold{0.5};
    std::uint32_t sliding_window_size = 100;
    std::uint32_t minimum_number_of_calls = 100;
    sim::Duration wait_duration_in_open_state = std::chrono::seconds(60);
    std::uint32_t permitted_number_of_calls_in_half_open_state = 10;

    static constexpr auto params() {
        using namespace spec;
        using Spec = GroupBreakerSpec;
        return std::tuple{
            param("failure_rate_threshold", &Spec::failure_rate_threshold, above(sim::Fraction{0}),
                  "Share of failed attempts in the window at which the breaker opens."),
            param("sliding_window_size", &Spec::sliding_window_size, between(1u, 100000u),
                  "The window: so many attempts, the last ones."),
            param("minimum_number_of_calls", &Spec::minimum_number_of_calls, at_least(1u),
                  "Least attempts in the window for the breaker to open."),
            param("wait_duration_in_open_state", &Spec::wait_duration_in_open_state,
                  at_least(sim::Duration(std::chrono::milliseconds(1))),
                  "How long members are paused before some records are tried."),
            param("permitted_number_of_calls_in_half_open_state",
                  &Spec::permitted_number_of_calls_in_half_open_state, between(1u, 100000u),
                  "How many are tried then, by which the breaker closes or opens again.")};
    }
};

class GroupBreaker {
public:
    // `opened` counts how often it opens; `changed` is called when somebody who was refused may ask
    // again.
    GroupBreaker(const Context& context, const GroupBreakerSpec& spec, Tally& opened,
                 std::function<void()> changed);

    // May a record be handled? Whoever is told so says how that went.
    bool try_acquire();
    void record(sim::Duration took, bool has_failed);
    void dismiss() { work_.dismiss(); }

private:
    sim::Task<void> open_half();

    const Context& context_;
    Breaker breaker_;
    Tally& opened_;
    std::function<void()> changed_;
    sim::TaskGroup work_;
};

}  // namespace models
