// Machines of a cluster lose their power, and all pods on them are gone with it.
#pragma once

#include "models/failures/failure.h"

namespace models {

class MachineDown final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "machine_down";
        static constexpr std::string_view doc =
            "Machines of a cluster are down, with all instances that are placed on them.";
        static constexpr FailureClass failure_class = FailureClass::correlated;
        static constexpr bool takes_away = true;
        static constexpr Abilities needs = Abilities::power_loss();
        static constexpr auto params() { return outage_params<Spec>(); }
    };

    MachineDown(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<PowerLosing>(instance).power_off(); }
    void heal(Instance& instance) override { as<PowerLosing>(instance).power_on(); }
};

}  // namespace models
