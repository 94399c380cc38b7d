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
#include "sim/crew.h"

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
                      "Never fewer."),
                param("max_replicas", &Spec::max_replicas, at_least(1), at_most(100000),
                      "Never more."),
                param("metrics", &Spec::metrics, not_empty(),
                      "What the number of pods follows; of several the one that asks for most."),
                param("behavior", &Spec::behavior,
                      "How readily and how fast to go up and down; without it the rules of before "
                      "Kubernetes 1.18 hold: at once up to twice as many, or 4."),
                param("tolerance", &Spec::tolerance, at_most(1.0),
                      "How far from its target a metric may be without consequence."),
                param("sync_period", &Spec::sync_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Time between two decisions."),
                param("downscale_stabilization", &Spec::downscale_stabilization,
                      at_least(sim::Duration::zero()),
                      "Without a behavior: how far back recommendations keep the number up."),
                param("cpu_initialization_period", &Spec::cpu_initialization_period,
                      at_least(sim::Duration::zero()),
                      "How long after its start a pod's use of processors may be disregarded."),
                param("initial_readiness_delay", &Spec::initial_readiness_delay,
                      at_least(sim::Duration::zero()),
                      "Not ready so soon after its start means: never was ready."),
                param("metrics_resolution", &Spec::metrics_resolution,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Time between two looks of the metrics server; a metric is the mean "
                      "between them."),
                param("metrics_delay", &Spec::metrics_delay, at_least(sim::Duration::zero()),
                      "How long after the look a metric is known.")};
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

    void sync(Workload& workload);
    Opinion opinion(const hpa::Metric& metric, const hpa::Census& census);
    void tell(Workload& workload, const hpa::Controller::Decision& decision,
              const std::vector<Opinion>& opinions);

    Spec spec_;
    Context context_;
    MetricsServer metrics_server_;
    hpa::Controller controller_;
    sim::Crew looks_;
    std::string told_;  // the last event, so that what does not change is not told again
};

}  // namespace models
