// An AWS EC2 Auto Scaling group: alarms on the mean CPU utilisation, and the replacement of
// instances that fail the load balancer's health check, but not before their grace period is over.
#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/asg/scaling_policy.h"
#include "models/autoscalers/autoscaler.h"
#include "models/autoscalers/metrics_server.h"
#include "sim/task_group.h"

namespace models {

class Asg final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "asg";
        static constexpr std::string_view doc =
            "An AWS Auto Scaling group: policies on its CPU utilisation, and health checks.";
        Replicas min_size = 1;
        Replicas max_size = 10;
        std::vector<asg::Policy> policies;
        sim::Duration instance_warmup = std::chrono::minutes(5);
        sim::Duration metric_period = std::chrono::minutes(1);
        sim::Duration health_check_grace_period = std::chrono::minutes(5);
        sim::Duration health_check_interval = std::chrono::seconds(30);
        std::uint32_t unhealthy_threshold = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("min_size", &Spec::min_size, at_least(0), at_most(100000),
                      "Least number of instances (MinSize)."),
                param("max_size", &Spec::max_size, at_least(1), at_most(100000),
                      "Most instances (MaxSize)."),
                param(
                    "policies", &Spec::policies,
                    "Scaling policies; of several, the one that asks for most instances decides."),
                param(
                    "instance_warmup", &Spec::instance_warmup, at_least(sim::Duration::zero()),
                    "Warm-up: how long after its order an instance does not count in the metric."),
                param("metric_period", &Spec::metric_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Period of the metric: each datapoint is the mean over this time."),
                param("health_check_grace_period", &Spec::health_check_grace_period,
                      at_least(sim::Duration::zero()),
                      "How long after it was ordered an instance may fail its health checks."),
                param("health_check_interval", &Spec::health_check_interval,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Time between two health checks."),
                param("unhealthy_threshold", &Spec::unhealthy_threshold, at_least(1u),
                      at_most(1000u), "Checks failed in a row that make an instance unhealthy.")};
        }
        void check(spec::Check& check) const {
            check.that(min_size <= max_size, "min_size", "min_size is above max_size");
        }
    };

    Asg(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    sim::Task<void> check_health(Workload& workload);
    void check(Workload& workload);
    void evaluate(Workload& workload);
    Replicas warming(const Workload& workload) const;
    // Of the instances that are warm; none when there is none.
    std::optional<double> utilisation(const Workload& workload);

    Spec spec_;
    Context context_;
    MetricsServer metrics_;
    asg::Group group_;
    std::map<PodId, std::uint32_t> failed_checks_;
    sim::TaskGroup crew_;
};

}  // namespace models
