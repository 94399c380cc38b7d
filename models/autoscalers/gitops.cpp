#include "models/autoscalers/gitops.h"

#include <fmt/format.h>

#include "sim/sleep.h"

namespace models {

sim::Task<void> GitOps::run(Workload& workload) {
    const Replicas declared = workload.replicas();
    for (;;) {
        co_await sim::sleep(context_.scheduler(), spec_.sync_period);
        workload.show_wish(declared, false);
        if (workload.replicas() == declared) continue;
        if (spec_.self_heal) {
            workload.scale_to({declared, fmt::format("out of sync: {} declared", declared), {}});
        } else {
            context_.world.recorder.incident(
                context_.name, "out of sync",
                fmt::format("{} instead of {}", workload.replicas(), declared));
        }
    }
}

}  // namespace models
