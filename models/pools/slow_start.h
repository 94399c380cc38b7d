// Slow start: a target that is back gets its full weight only after a while, since its caches are
// cold and its code is not compiled yet.
//
// Envoy: weight * max(min_weight_percent, (time / window) ^ (1 / aggression)). It needs a policy
// that looks at weights. The weight is brought up to date a hundred times in the window.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/pools/targets.h"
#include "models/spec/declaration/spec.h"
#include "sim/task_group.h"

namespace models {

struct SlowStartSpec {
    static constexpr std::string_view name = "slow_start";
    static constexpr std::string_view doc =
        "Slow start: a target that is back gets its full weight gradually.";
    sim::Duration window = std::chrono::seconds(30);
    double aggression = 1;
    sim::Fraction min_weight_percent{0.1};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("window", &SlowStartSpec::window,
                  at_least(sim::Duration(std::chrono::milliseconds(100))),
                  at_most(sim::Duration(std::chrono::hours(24))),
                  "Time until the target has its full weight."),
            param("aggression", &SlowStartSpec::aggression, at_least(0.01), at_most(100.0),
                  "Shape of the ramp: 1 is linear, more is faster at first (Envoy's aggression)."),
            param("min_weight_percent", &SlowStartSpec::min_weight_percent, above(0.0),
                  "Share of its weight that a target begins with.")};
    }
};

// The share of its weight that a target has after a time.
double slow_start_share(const SlowStartSpec& spec, sim::Duration since);

class SlowStart {
public:
    SlowStart(const SlowStartSpec& spec, const Context& context, Targets& targets)
        : spec_(spec), context_(context), targets_(targets) {}

    void returned(BackendId id);
    void dismiss() { crew_.dismiss(); }

private:
    sim::Task<void> ramp(BackendId id, std::uint32_t turn);

    SlowStartSpec spec_;
    Context context_;
    Targets& targets_;
    std::vector<std::uint32_t> turns_;  // by id: which ramp is the last one
    sim::TaskGroup crew_;
};

}  // namespace models
