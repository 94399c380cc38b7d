// Somebody is on call: takes the alert up, finds out, repairs, and makes sure.
//
// The stages of an incident as Google's SRE Workbook ("Incident Response") and PagerDuty's guide to
// it have them, each with the time that it takes.
#pragma once

#include <vector>

#include "models/observers/actions/actions.h"

namespace models {

class Respond final : public AlertAction {
public:
    struct Spec {
        static constexpr std::string_view kind = "respond";
        static constexpr std::string_view doc =
            "Incident response of who is on call: acknowledge, diagnose, fix by a runbook's steps, "
            "verify. While one is under way another alert begins none.";
        Times after;
        Times diagnose;
        std::vector<ActionChoice> steps;
        Times verify;
        ActionNeeds needs() const { return {}; }
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                after_param<Spec>(),
                param("diagnose", &Spec::diagnose,
                      "Time from the acknowledgement, which comes at \"after\", until the cause is "
                      "known."),
                required("steps", &Spec::steps, not_empty(),
                         "The fix: actions, in order. The \"after\" of each is the time from the "
                         "step before it, of the first from the diagnosis."),
                param("verify", &Spec::verify,
                      "Time from the last step until the fix is verified.")};
        }
    };
    explicit Respond(const Spec&) {}

    // Its steps are taken by who carries it out (Actions::steps_of).
    void act(Controls&, const std::string&) override {}
};

}  // namespace models
