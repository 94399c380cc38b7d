// Where the scheduler puts a pod.
#pragma once

#include <array>
#include <cstdint>

#include "models/spec/spec.h"

namespace models {

// Which of the machines with room a pod takes.
enum class PodPlacement : std::uint8_t { spread, one_per_machine, pack };

constexpr auto names_of(PodPlacement) {
    return std::array{
        spec::Word{"spread", PodPlacement::spread,
                   "The one with the fewest of its kind, in its zone and on it, then the one with "
                   "most room."},
        spec::Word{"one_per_machine", PodPlacement::one_per_machine,
                   "As spread, and never two of a kind on one (required anti-affinity)."},
        spec::Word{"pack", PodPlacement::pack, "The one with least room (MostAllocated)."}};
}

}  // namespace models
