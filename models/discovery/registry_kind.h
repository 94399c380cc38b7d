// What the kinds of registries say alike: nobody calls them, they call nobody, and their servers
// answer at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "models/node_kind.h"

namespace models {

inline constexpr None kRegistryEdges{"Others name it, and it calls nobody."};
inline constexpr None kRegistryResources{"It answers at once."};
inline constexpr None kRegistryUsages{"It is not paid for here."};

// Servers that are all alike and exchange nothing, unless something else is said.
template <class Spec>
Instances registry_instances(const Spec& spec) {
    Instances all{.instances = spec.instance_count(),
                  .suffers = spec.suffers(),
                  .zones = {},
                  .roles = {},
                  .has_doors = false,
                  .talks_among_itself = false,
                  .pods = {}};
    all.is_registry = true;
    return all;
}

template <class Spec>
Capacity registry_capacity(const Spec& spec) {
    return {.instances = spec.instance_count(),
            .cores = 0,
            .slots_name = {},
            .slots = 0,
            .paid = {},
            .notes = {}};
}

}  // namespace models
