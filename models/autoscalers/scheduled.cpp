#include "models/autoscalers/scheduled.h"

#include <fmt/format.h>

#include "sim/sleep.h"

namespace models {

Scheduled::Scheduled(const Spec& spec, const Context& context) : spec_(spec), context_(context) {
    std::ranges::stable_sort(spec_.actions, {}, &ScheduledAction::at);
}

sim::Task<void> Scheduled::run(Workload& workload) {
    if (spec_.actions.empty()) co_return;
    for (sim::Time midnight = sim::Time{} - spec_.starts_at;; midnight += spec_.every) {
        for (const ScheduledAction& action : spec_.actions) {
            const sim::Time due = midnight + action.at;
            if (due < context_.now()) continue;
            co_await sim::sleep_until(context_.scheduler(), due);
            workload.show_wish(action.replicas, false);
            workload.scale_to({action.replicas, fmt::format("at {} s of the period",
                                                            action.at / std::chrono::seconds(1))});
        }
    }
}

}  // namespace models
