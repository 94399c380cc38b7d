// {"count": "orders"}: counts the request.
#pragma once

#include "models/steps/step.h"

namespace models {

struct CountStep {
    static constexpr std::string_view key = "count";
    static constexpr std::string_view doc =
        "Counts the request, such as one that ended in a purchase. The count is a figure of that "
        "name, and what experiments compare.";
    std::string value;
    static constexpr auto body() {
        return spec::param("count", &CountStep::value, spec::not_empty(),
                           "Name of the count, which is a figure: how many requests came here.");
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const { return {}; }
    void inner(const auto&) const {}
};

}  // namespace models
