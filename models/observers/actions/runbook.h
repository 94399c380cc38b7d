// Somebody follows a runbook, step by step.
#pragma once

#include <vector>

#include "models/observers/actions/actions.h"

namespace models {

class Runbook final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "runbook";
        static constexpr std::string_view doc =
            "Several actions, one after another, as a runbook lists them.";
        std::vector<ActionChoice> steps;
        Times after;
        ActionNeeds needs() const { return {}; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                required("steps", &Spec::steps, not_empty(),
                         "The actions, in order. The \"after\" of each is the time from the step "
                         "before it, of the first from when the runbook is taken up."),
                after_param<Spec>()};
        }
    };
    explicit Runbook(const Spec&) {}

    // Its steps are taken by who carries it out (Actions::steps_of).
    void act(Controls&, const std::string&) override {}
};

}  // namespace models
