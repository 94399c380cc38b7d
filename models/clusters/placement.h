// Where the scheduler puts a pod, as a scenario says it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

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

// What an instance asks a machine for, and where the scenario says so.
struct PodInGraph {
    double cpu = 0;
    sim::Bytes memory{};
    std::string cpu_pointer;
    std::string memory_pointer;
};

}  // namespace models
