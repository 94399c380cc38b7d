// {"fail": "1%"}: some requests fail.
#pragma once

#include "models/calls/causes.h"
#include "models/steps/step.h"

namespace models {

struct FailStep {
    static constexpr std::string_view key = "fail";
    static constexpr std::string_view doc = "Fails a share of the requests here.";
    sim::Fraction value;
    sim::Cause cause = cause::fault;
    std::string name;
    static constexpr auto body() {
        return spec::param("fail", &FailStep::value, "Share of requests that fail.");
    }
    static constexpr auto params() {
        return std::tuple{
            spec::param("cause", &FailStep::cause,
                        "What they fail of, and so which status they are answered with. Those "
                        "that are `unauthorized` (401) or `rate_limited` (429) are rejected, "
                        "which is no fault of the server."),
            name_param(&FailStep::name)};
    }
    sim::Outcome outcome() const {
        const bool is_rejected = cause == cause::unauthorized || cause == cause::rate_limited;
        return is_rejected ? sim::Outcome::rejected : sim::Outcome::failed;
    }

    void compile(StepCompiler& into) const;
    Cost cost(Costing&) const;
    void inner(const auto&) const {}
};

}  // namespace models
