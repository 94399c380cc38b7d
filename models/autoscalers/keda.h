// Scaling by the length of a queue, to zero and back, as KEDA does it.
//
// KEDA's operator decides between none and some: it polls the trigger, wakes the deployment when
// that is active, and puts it to sleep when it was not active for the cool-down period. Between one
// and the maximum a HorizontalPodAutoscaler decides, by an external metric with an average value.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

#include "models/autoscalers/autoscaler.h"
#include "models/autoscalers/hpa/controller.h"

namespace models {

class Keda final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "keda";
        static constexpr std::string_view doc =
            "KEDA: scales by the backlog of a queue, down to no instance when it is empty.";
        std::optional<spec::MentionRef> queue;
        std::string reading = "waiting";
        double lag_threshold = 10;
        double activation_lag_threshold = 0;
        Replicas min_replica_count = 0;
        Replicas max_replica_count = 100;
        sim::Duration polling_interval = std::chrono::seconds(30);
        sim::Duration cooldown_period = std::chrono::minutes(5);
        sim::Duration sync_period = std::chrono::seconds(15);
        std::optional<hpa::Behavior> behavior;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("queue", &Spec::queue,
                      "The node whose queue is read. Without it, this server's own."),
                param("reading", &Spec::reading,
                      "Reading of that node to scale by, such as \"waiting\"."),
                param("lag_threshold", &Spec::lag_threshold, at_least(0.001), at_most(1e12),
                      "Target backlog of each instance (lagThreshold)."),
                param(
                    "activation_lag_threshold", &Spec::activation_lag_threshold, at_least(0.0),
                    at_most(1e12),
                    "Backlog above which the first instance is started (activationLagThreshold)."),
                param("min_replica_count", &Spec::min_replica_count, at_least(0), at_most(100000),
                      "Least number of instances (minReplicaCount). With 0 it scales to zero."),
                param("max_replica_count", &Spec::max_replica_count, at_least(1), at_most(100000),
                      "Most instances (maxReplicaCount)."),
                param("polling_interval", &Spec::polling_interval,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval between two looks at the queue that decide between no instance and "
                      "the first (pollingInterval)."),
                param("cooldown_period", &Spec::cooldown_period, at_least(sim::Duration::zero()),
                      "How long the queue must be idle until the last instance is stopped "
                      "(cooldownPeriod)."),
                param("sync_period", &Spec::sync_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval between two decisions on the number of instances."),
                param("behavior", &Spec::behavior,
                      "Scaling behavior: stabilization and rate limits, up and down.")};
        }
        void check(spec::Check& check) const {
            check.that(min_replica_count <= max_replica_count, "min_replica_count",
                       "min_replica_count is above max_replica_count");
        }
    };

    Keda(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    sim::Task<void> operate(Workload& workload);
    void poll(Workload& workload);
    void sync(Workload& workload);
    double lag() const;

    Spec spec_;
    Context context_;
    hpa::Controller controller_;
    sim::Time active_{};
    sim::TaskGroup crew_;
};

}  // namespace models
