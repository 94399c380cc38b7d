// {"async": [...]}: what no answer waits for.
#pragma once

#include "models/steps/step.h"

namespace models {

struct AsyncStep {
    static constexpr std::string_view key = "async";
    static constexpr std::string_view doc =
        "Steps run by a background thread; the answer does not wait for them.";
    Steps value;
    static constexpr auto body() {
        return spec::param("async", &AsyncStep::value, spec::not_empty(),
                           "Steps of the background work.");
    }
    // Nobody waits for them.
    spec::Around around() const { return {.is_survivable = true, .has_own_latency = {}}; }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const { visitor(value, "/async"); }
};

}  // namespace models
