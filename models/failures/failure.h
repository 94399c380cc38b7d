// Something that goes wrong, and heals: it undoes exactly what it did.
//
// Its Spec says which abilities it needs of an instance (abilities.h). It is asked to strike only
// instances of kinds that have them, or what is sent between places.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/abilities.h"
#include "models/failures/outage.h"
#include "models/network/network_link.h"
#include "models/node.h"

namespace models {

class Failure {
public:
    static constexpr std::string_view family = "failures";
    static constexpr std::string_view family_doc =
        "Failures: what goes wrong, when, and for how long.";

    virtual ~Failure() = default;

    virtual void strike(Instance& instance) = 0;
    virtual void heal(Instance& instance) = 0;

    // On links this is all it does, while it lasts: between places (Outage::is_on_links), or
    // between an instance and the others of its node, where it needs that (Partitionable).
    virtual LinkEffect effect() const { return {}; }

protected:
    // What it needs of the instance.
    template <class Ability>
    static Ability& as(Instance& instance) {
        return dynamic_cast<Ability&>(instance);
    }
};

}  // namespace models
