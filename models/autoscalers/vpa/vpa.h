// Kubernetes' VerticalPodAutoscaler: the number of pods stays, what each of them gets changes, and
// for that each is evicted and comes back.
#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <tuple>

#include "models/autoscalers/autoscaler.h"
#include "models/autoscalers/metrics_server.h"
#include "models/autoscalers/vpa/recommender.h"
#include "models/autoscalers/vpa/updater.h"
#include "sim/task_group.h"

namespace models {

class Vpa final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "vpa";
        static constexpr std::string_view doc =
            "Kubernetes' VerticalPodAutoscaler: changes CPU and memory requests, not the number of "
            "pods.";
        double min_allowed_cpu = 0.025;
        double max_allowed_cpu = 64;
        sim::Bytes max_allowed_memory{std::uint64_t{256} << 30U};
        bool cpu = true;
        bool memory = true;
        sim::Duration interval = std::chrono::minutes(1);
        sim::Duration pod_lifetime_update_threshold = std::chrono::hours(12);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("min_allowed_cpu", &Spec::min_allowed_cpu, at_least(0.001), at_most(1024.0),
                      "Least cores a pod is given (minAllowed)."),
                param("max_allowed_cpu", &Spec::max_allowed_cpu, at_least(0.001), at_most(1024.0),
                      "Most cores a pod is given (maxAllowed): what the largest machine has."),
                param("max_allowed_memory", &Spec::max_allowed_memory, at_least(sim::Bytes{1}),
                      "Most memory a pod is given (maxAllowed)."),
                param("cpu", &Spec::cpu, "Whether CPU requests are changed."),
                param("memory", &Spec::memory, "Whether memory requests are changed."),
                param("interval", &Spec::interval, at_least(sim::Duration(std::chrono::seconds(1))),
                      "Time between two samples, recommendations and rounds of evictions."),
                param("pod_lifetime_update_threshold", &Spec::pod_lifetime_update_threshold,
                      at_least(sim::Duration::zero()),
                      "Least age of a pod until it is evicted although its requests are within the "
                      "recommended bounds.")};
        }
        void check(spec::Check& check) const {
            check.that(min_allowed_cpu <= max_allowed_cpu, "min_allowed_cpu",
                       "min_allowed_cpu is above max_allowed_cpu");
        }
    };

    Vpa(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    void sample(const Workload& workload);
    void note_deaths(const Workload& workload);
    void update(Workload& workload);
    void keep_allowed(vpa::Recommendation& recommendation, Workload::Size now) const;

    Spec spec_;
    Context context_;
    MetricsServer metrics_;
    vpa::Recommender recommender_;
    std::map<PodId, std::uint64_t> deaths_;  // for want of memory, that it knows of
    sim::TaskGroup crew_;
};

}  // namespace models
