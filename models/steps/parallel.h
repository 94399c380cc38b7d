// {"parallel": [[...], [...]]}: branches side by side.
#pragma once

#include "models/steps/step.h"

namespace models {

struct ParallelStep {
    static constexpr std::string_view key = "parallel";
    static constexpr std::string_view doc =
        "Branches that run in parallel; the request waits for all of them.";
    std::vector<Steps> value;
    static constexpr auto body() {
        return spec::param(
            "parallel", &ParallelStep::value, spec::not_empty(),
            "Lists of steps that run at the same time; it goes on when all have ended.");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing& of) const;
    void inner(const auto& visitor) const {
        for (std::size_t branch = 0; branch < value.size(); ++branch) {
            visitor(value[branch], "/parallel/" + std::to_string(branch));
        }
    }
};

}  // namespace models
