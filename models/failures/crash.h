// Instances are gone for a time: what they were doing fails, what comes is refused.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Crash final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "crash";
        static constexpr std::string_view doc =
            "Instances are down: requests there fail at once, new ones are refused.";
        static constexpr FailureClass failure_class = FailureClass::crash;
        static constexpr bool takes_away = true;
        static constexpr Abilities needs = Abilities::crash();
        static constexpr auto params() { return outage_params<Spec>(); }
    };

    Crash(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<Crashable>(instance).take_down(); }
    void heal(Instance& instance) override { as<Crashable>(instance).bring_up(); }
};

}  // namespace models
