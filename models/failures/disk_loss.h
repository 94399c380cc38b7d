// A disk dies, and its machine with it. It is back with an empty one: what only this instance had
// is lost for good, what others have it gets from them.
#pragma once

#include <cstdint>

#include "models/failures/failure.h"

namespace models {

class DiskLoss final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "disk_loss";
        static constexpr std::string_view doc =
            "The disk of instances is lost, with what was on it. They are down until they are back "
            "with "
            "an empty one, and then get what others have.";
        static constexpr FailureClass failure_class = FailureClass::crash;
        static constexpr Abilities needs = Abilities::crash() | Abilities::disk_loss();
        static constexpr bool takes_away = true;
        static constexpr auto params() {
            using namespace spec;
            return outage_params<Spec>();
        }
    };

    DiskLoss(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override {
        as<Crashable>(instance).take_down();
        as<DiskLosing>(instance).lose_disk();
    }
    void heal(Instance& instance) override { as<Crashable>(instance).bring_up(); }
};

}  // namespace models
