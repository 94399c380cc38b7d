// Where the scheduler puts a pod, as a scenario says it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/machine_group.h"
#include "models/spec/declaration/spec.h"

namespace models {

// Which of the machines with room a pod takes.
enum class PodPlacement : std::uint8_t { spread, one_per_machine, one_per_zone, pack };

constexpr auto names_of(PodPlacement) {
    return std::array{
        spec::Word{"spread", PodPlacement::spread,
                   "The machine with the fewest of the same pods in its zone and on it, then the "
                   "one with most room (LeastAllocated)."},
        spec::Word{
            "one_per_machine", PodPlacement::one_per_machine,
            "As spread, and never two of the same pods on one machine (required anti-affinity)."},
        spec::Word{"one_per_zone", PodPlacement::one_per_zone,
                   "As spread, and never two of the same pods in one zone."},
        spec::Word{"pack", PodPlacement::pack,
                   "Bin packing: the machine with least room (MostAllocated)."}};
}

// What an instance asks a machine for, and where the scenario says so.
struct PodInGraph {
    double cpu = 0;
    sim::Bytes memory{};
    std::string cpu_pointer;
    std::string memory_pointer;
    PodRules rules;
};

}  // namespace models
