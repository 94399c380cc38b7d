// {"again": "30%"}: back to the first step of the list it stands in.
#pragma once

#include "models/steps/step.h"

namespace models {

struct AgainStep {
    static constexpr std::string_view key = "again";
    static constexpr std::string_view doc =
        "Goes back to the first step of its list with this probability: with p, the list is gone "
        "through 1 / (1 - p) times on average, each time with luck of its own.";
    sim::Fraction value;
    std::string name;
    static constexpr auto body() {
        return spec::param("again", &AgainStep::value, spec::at_most(sim::Fraction{0.999}),
                           "Probability of going back to the first step.");
    }
    static constexpr auto params() { return std::tuple{name_param(&AgainStep::name)}; }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const { return {}; }
    void inner(const auto&) const {}
};

}  // namespace models
