// Who decides how many instances a server has: the number in the scenario, or a controller that
// looks at metrics, at the clock, or at the future.
#pragma once

#include <string_view>
#include <tuple>

#include "models/autoscalers/workload.h"
#include "models/spec/declaration/spec.h"
#include "sim/task.h"

namespace models {

class Autoscaler {
public:
    static constexpr std::string_view family = "autoscalers";
    static constexpr std::string_view family_doc =
        "Autoscalers: what decides how many instances there are.";

    virtual ~Autoscaler() = default;

    // Decides until the end of the run.
    virtual sim::Task<void> run(Workload& workload) = 0;
};

}  // namespace models
