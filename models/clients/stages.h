// A rate that changes over time, in k6's words: from `startRate`, each stage goes in a straight
// line to its `target` over its `duration` (k6 ramping-arrival-rate). After the last stage it
// stays, or the stages begin again at the start rate.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/arrivals/rate_curve.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct Stage {
    static constexpr std::string_view name = "stage";
    static constexpr std::string_view doc =
        "A stage: the rate changes in a straight line to its target.";
    sim::Rate target;
    sim::Duration duration{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("target", &Stage::target, at_least(0.0), at_most(1e9),
                                   "Rate at the end of the stage."),
                          required("duration", &Stage::duration, at_least(sim::Duration::zero()),
                                   "Length of the stage. With 0s the rate jumps to the target.")};
    }
};

RateCurve curve_of(sim::Rate start, const std::vector<Stage>& stages, bool repeats);

}  // namespace models
