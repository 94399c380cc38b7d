// What stores say of tokens of leases.
#pragma once

#include <array>

#include "models/spec/declaration/spec.h"
#include "sim/figure.h"

namespace models {

constexpr auto fencing_param(auto member) {
    return spec::param(
        "fencing_tokens", member,
        "Whether a write whose fencing token is older than the item's last one is refused. If not "
        "(the default), it overwrites what the lock's next holder wrote (late_writes).");
}

inline constexpr std::array kFencingFigures{
    sim::figure("late_writes", sim::Unit::count, sim::Merge::sum,
                "Writes under an expired lease that overwrote what a later holder of the lock had "
                "written: lost updates."),
    sim::figure("fenced_writes", sim::Unit::count, sim::Merge::sum,
                "Writes under an expired lease that were refused because of their fencing token.")};

}  // namespace models
