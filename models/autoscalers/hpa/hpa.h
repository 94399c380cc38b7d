// Kubernetes' HorizontalPodAutoscaler, version 2: metrics, the calculator, the controller, in a
// loop.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/autoscaler.h"
#include "models/autoscalers/hpa/controller.h"
#include "models/autoscalers/hpa/metric.h"
#include "models/autoscalers/metrics_server.h"
#include "sim/task_group.h"

namespace models {

class Hpa final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "hpa";
        static constexpr std::string_view doc =
            "Kubernetes' HorizontalPodAutoscaler: as many pods as keep a metric at its target.";
        Replicas min_replicas = 1;
        Replicas max_replicas = 10;
        std::vector<hpa::Metric> metrics = {hpa::CpuMetric{}};
        std::optional<hpa::Behavior> behavior;
        sim::Fraction tolerance{0.1};
        sim::Duration sync_period = std::chrono::seconds(15);
        sim::Duration downscale_stabilization = std::chrono::minutes(5);
        sim::Duration cpu_initialization_period = std::chrono::minutes(5);
        sim::Duration initial_readiness_delay = std::chrono::seconds(30);
        sim::Duration metrics_resolution = std::chrono::seconds(15);
        sim::Duration metrics_delay{};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("min_replicas", &Spec::min_replicas, at_least(1), at_most(100000),
                      "Least number of pods (minReplicas)."),
                param("max_replicas", &Spec::max_replicas, at_least(1), at_most(100000),
                      "Most pods (maxReplicas)."),
                param("metrics", &Spec::metrics, not_empty(),
                      "Metrics and their targets; of several, the one that asks for most pods "
                      "decides."),
                param(
                    "behavior", &Spec::behavior,
                    "Scaling behavior: stabilization and rate limits, up and down. Without it the "
                    "rules before Kubernetes 1.18 apply: at once up to twice as many pods, or 4."),
                param("tolerance", &Spec::tolerance, at_most(1.0),
                      "How far from its target a metric may be without any scaling."),
                param("sync_period", &Spec::sync_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval between two decisions."),
                param("downscale_stabilization", &Spec::downscale_stabilization,
                      at_least(sim::Duration::zero()),
                      "Without a behavior: scaling down uses the highest recommendation of this "
                      "time back."),
                param("cpu_initialization_period", &Spec::cpu_initialization_period,
                      at_least(sim::Duration::zero()),
                      "How long after its start a pod's CPU use may be ignored (while it is not "
                      "ready)."),
                param("initial_readiness_delay", &Spec::initial_readiness_delay,
                      at_least(sim::Duration::zero()),
                      "A pod that became unready so soon after its start counts as never having "
                      "been ready."),
                param(
                    "metrics_resolution", &Spec::metrics_resolution,
                    at_least(sim::Duration(std::chrono::milliseconds(100))),
                    "Interval at which the metrics server samples; a metric is the mean over it."),
                param("metrics_delay", &Spec::metrics_delay, at_least(sim::Duration::zero()),
                      "Delay from a sample until the autoscaler sees it.")};
        }
        void check(spec::Check& check) const {
            check.that(min_replicas <= max_replicas, "min_replicas",
                       "min_replicas is above max_replicas");
        }
    };

    Hpa(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    struct Opinion {
        hpa::Proposal proposal;
        std::string text;  // the metric and its target, for the event
    };

    hpa::Tolerance tolerance() const;
    void sync(Workload& workload);
    Opinion opinion(const hpa::Metric& metric, const hpa::Census& census);
    void tell(Workload& workload, const hpa::Controller::Decision& decision,
              const std::vector<Opinion>& opinions);

    Spec spec_;
    Context context_;
    MetricsServer metrics_server_;
    hpa::Controller controller_;
    sim::TaskGroup looks_;
    std::string told_;  // the last event, so that what does not change is not told again
};

}  // namespace models
