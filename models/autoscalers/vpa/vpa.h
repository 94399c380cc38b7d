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
#include "sim/crew.h"

namespace models {

class Vpa final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "vpa";
        static constexpr std::string_view doc =
            "Kubernetes' VerticalPodAutoscaler: other requests for the same number of pods.";
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
                      "Never fewer cores."),
                param("max_allowed_cpu", &Spec::max_allowed_cpu, at_least(0.001), at_most(1024.0),
                      "Never more cores: what the largest machine has."),
                param("max_allowed_memory", &Spec::max_allowed_memory, at_least(sim::Bytes{1}),
                      "Never more memory."),
                param("cpu", &Spec::cpu, "Whether it changes cores."),
                param("memory", &Spec::memory, "Whether it changes memory."),
                param("interval", &Spec::interval, at_least(sim::Duration(std::chrono::seconds(1))),
                      "Time between two samples, recommendations and rounds of evictions."),
                param("pod_lifetime_update_threshold", &Spec::pod_lifetime_update_threshold,
                      at_least(sim::Duration::zero()),
                      "A pod whose requests are within the bounds is left alone for so long.")};
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
    sim::Crew crew_;
};

}  // namespace models
