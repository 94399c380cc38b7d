// Something that goes wrong between places only.
#pragma once

#include "models/failures/failure.h"

namespace models {

struct LinkOutage : Outage {
    static constexpr Abilities needs{};  // nobody's
};

template <class Spec>
constexpr auto link_outage_params() {
    return std::tuple_cat(link_params<Spec>(), when_params<Spec>());
}

class LinkFailure : public Failure {
public:
    void strike(Instance&) final {}
    void heal(Instance&) final {}
};

}  // namespace models
