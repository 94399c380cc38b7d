// A GitOps controller: what is declared is what there shall be, and drift from it is corrected at
// the next sync (Argo CD with selfHeal; it compares every three minutes).
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>

#include "models/autoscalers/autoscaler.h"

namespace models {

class GitOps final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "gitops";
        static constexpr std::string_view doc =
            "GitOps (Argo CD): the declared number of instances; changes by hand are undone at "
            "each sync.";
        sim::Duration sync_period = std::chrono::minutes(3);
        bool self_heal = true;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("sync_period", &Spec::sync_period,
                                    at_least(sim::Duration(std::chrono::milliseconds(100))),
                                    "Time between two comparisons."),
                              param("self_heal", &Spec::self_heal,
                                    "Whether drift is corrected or only reported.")};
        }
    };

    GitOps(const Spec& spec, const Context& context) : spec_(spec), context_(context) {}

    sim::Task<void> run(Workload& workload) override;

private:
    Spec spec_;
    Context context_;
};

}  // namespace models
