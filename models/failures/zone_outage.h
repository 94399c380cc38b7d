// A zone is dark: every instance that stands in it, of every node, and every machine of a cluster.
#pragma once

#include "models/failures/failure.h"

namespace models {

// Machines lose their power, and everything else goes down by itself.
class PlaceOutage : public Failure {
public:
    void strike(Instance& instance) final {
        if (auto* const machine = dynamic_cast<PowerLosing*>(&instance)) {
            machine->power_off();
        } else {
            as<Crashable>(instance).take_down();
        }
    }
    void heal(Instance& instance) final {
        if (auto* const machine = dynamic_cast<PowerLosing*>(&instance)) {
            machine->power_on();
        } else {
            as<Crashable>(instance).bring_up();
        }
    }
};

class ZoneOutage final : public PlaceOutage {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "zone_outage";
        static constexpr std::string_view doc =
            "Zone outage: instances of every node in the zone are down, and machines of clusters "
            "there with their pods.";
        static constexpr FailureClass failure_class = FailureClass::correlated;
        static constexpr bool takes_away = true;
        static constexpr Abilities needs{};  // whatever stands in a zone can lose it
        static constexpr auto params() {
            return std::tuple_cat(
                std::tuple{spec::required("zone", &Spec::zone, "Name or number of the zone.")},
                when_params<Spec>());
        }
        void check(spec::Check& check) const { check_when(check); }
    };

    ZoneOutage(const Spec&, std::uint64_t) {}
};

}  // namespace models
