// {"fail": "1%"}: some requests fail.
#pragma once

#include "models/steps/step.h"

namespace models {

struct FailStep {
    static constexpr std::string_view key = "fail";
    static constexpr std::string_view doc = "Fails a share of the requests here.";
    sim::Fraction value;
    std::string name;
    static constexpr auto body() {
        return spec::param("fail", &FailStep::value, "Share of requests that fail.");
    }
    static constexpr auto params() { return std::tuple{name_param(&FailStep::name)}; }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const;
    void inner(const auto&) const {}
};

}  // namespace models
