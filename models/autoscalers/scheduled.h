// As many instances as the clock says.
#pragma once

#include <algorithm>
#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/autoscaler.h"

namespace models {

struct ScheduledAction {
    static constexpr std::string_view name = "scheduled_action";
    static constexpr std::string_view doc =
        "A time of day, and the number of instances from then on.";
    sim::Duration at{};
    Replicas replicas = 1;
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("at", &ScheduledAction::at, at_least(sim::Duration::zero()),
                                   "Time from the beginning of each period, as \"8h50min\"."),
                          required("replicas", &ScheduledAction::replicas, at_least(0),
                                   at_most(100000), "Number of instances from then on.")};
    }
};

class Scheduled final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "scheduled";
        static constexpr std::string_view doc =
            "Scheduled scaling: the number of instances by time of day.";
        std::vector<ScheduledAction> actions;
        sim::Duration every = std::chrono::hours(24);
        sim::Duration starts_at{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("actions", &Spec::actions,
                                    "Times of day, and the number of instances from then on."),
                              param("every", &Spec::every,
                                    at_least(sim::Duration(std::chrono::milliseconds(100))),
                                    "The period after which the actions come again."),
                              param("starts_at", &Spec::starts_at, at_least(sim::Duration::zero()),
                                    "The time of day at which the run begins.")};
        }
        void check(spec::Check& check) const {
            const bool within = std::ranges::all_of(
                actions, [&](const ScheduledAction& action) { return action.at < every; });
            check.that(within, "actions", "an action lies beyond the end of the period");
        }
    };

    Scheduled(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    Spec spec_;
    Context context_;
};

}  // namespace models
