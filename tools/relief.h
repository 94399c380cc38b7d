// More of what limits a scenario: the parameter that its resource declares, several times as large.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/topology/scenario.h"
#include "reports/diagnosis/diagnosis.h"

namespace tools {

struct Relief {
    std::string set;   // "nodes.db.cores=4", as --set has it
    std::string what;  // "nodes.db.cores 1 -> 4"
};

// None when the resource has no such parameter, or it has no number.
std::optional<Relief> relief_of(const models::Scenario& scenario,
                                const reports::ResourceUse& resource, std::uint32_t factor);

}  // namespace tools
