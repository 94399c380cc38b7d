// Whether the pods of a node can stand on any machine of a cluster: one that fits none would wait
// for ever.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/machine_group.h"
#include "models/placement.h"

namespace models {

struct PodProblem {
    std::string pointer;  // from the node: "/tolerations"
    std::string message;
    std::string hint;
};

// The first of them that stands nowhere; none when all can.
std::optional<PodProblem> pod_problem(std::span<const PodInGraph> pods,
                                      std::span<const MachineGroup> machines,
                                      std::string_view cluster);

}  // namespace models
