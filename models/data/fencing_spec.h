// What stores say of tokens of leases.
#pragma once

#include <array>

#include "models/spec/spec.h"
#include "sim/figure.h"

namespace models {

constexpr auto fencing_param(auto member) {
    return spec::param(
        "fencing_tokens", member,
        "Whether a write under a lock is refused when its token is older than one under which "
        "the item was written. If not, it overwrites what the lock's next holder wrote "
        "(late_writes).");
}

inline constexpr std::array kFencingFigures{
    sim::figure("late_writes", sim::Unit::count, sim::Merge::sum,
                "Writes under a lease that was over, which overwrote what a later holder of the "
                "lock had written: damage."),
    sim::figure("fenced_writes", sim::Unit::count, sim::Merge::sum,
                "Such writes that were refused by their fencing token.")};

}  // namespace models
