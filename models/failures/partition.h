// The network is cut: between places, or within a node, some instances of which do not reach the
// others then.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Partition final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "partition";
        static constexpr std::string_view doc =
            "Network partition: messages between places are lost, both ways or one. Or, of a node: "
            "instances cannot reach each other or who monitors them, while callers still reach "
            "all.";
        static constexpr FailureClass failure_class = FailureClass::omission;
        static constexpr bool takes_away = true;
        static constexpr Abilities needs = Abilities::partition();
        static constexpr auto params() { return outage_or_link_params<Spec>(); }
    };

    Partition(const Spec&, std::uint64_t) {}

    // A rule on its links, like those between places.
    void strike(Instance&) override {}
    void heal(Instance&) override {}
    LinkEffect effect() const override {
        LinkEffect effect;
        effect.cuts = true;
        return effect;
    }
};

}  // namespace models
