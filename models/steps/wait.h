// {"wait": "20ms"}: time passes.
#pragma once

#include "models/steps/step.h"

namespace models {

struct WaitStep {
    static constexpr std::string_view key = "wait";
    static constexpr std::string_view doc = "Time that passes without using a core.";
    Times value;
    std::string name;
    static constexpr auto body() {
        return spec::param("wait", &WaitStep::value, "Length of the wait.");
    }
    static constexpr auto params() { return std::tuple{name_param(&WaitStep::name)}; }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const;
    void inner(const auto&) const {}
};

}  // namespace models
