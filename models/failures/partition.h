// The network within a node is cut: some instances do not reach the others.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Partition final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "partition";
        static constexpr std::string_view doc =
            "Instances cannot reach the others of their node, nor who watches over them; callers "
            "still reach all of them.";
        static constexpr Abilities needs = Abilities::partition();
        static constexpr auto params() { return outage_params<Spec>(); }
    };

    Partition(const Spec&, std::uint64_t) {}

    void strike(Instance& instance) override { as<Partitionable>(instance).cut_off(); }
    void heal(Instance& instance) override { as<Partitionable>(instance).reconnect(); }
};

}  // namespace models
