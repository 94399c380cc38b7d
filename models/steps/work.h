// {"work": "2ms"}: core time at the instance.
#pragma once

#include "models/steps/step.h"

namespace models {

struct WorkStep {
    static constexpr std::string_view key = "work";
    static constexpr std::string_view doc = "Core time at this instance.";
    Times value;
    bool traced = false;
    std::string name;
    static constexpr auto body() {
        return spec::param("work", &WorkStep::value, "Core time of the request at this step.");
    }
    static constexpr auto params() {
        return std::tuple{
            spec::param("traced", &WorkStep::traced,
                        "Whether a request of a replayed trace that has a column `work` takes what "
                        "its row says, instead of `work`."),
            name_param(&WorkStep::name)};
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const;
    void inner(const auto&) const {}
};

}  // namespace models
