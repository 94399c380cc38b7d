// As many instances as the same time of earlier days needed, ordered before they are needed.
//
// A seasonal naive forecast (Hyndman and Athanasopoulos, "Forecasting", 5.2): the use of cores to
// be expected at a time of day is the highest that was seen at that time on the days before. What
// is used now is a floor, so that on the first day it only reacts.
#pragma once

#include <chrono>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/autoscalers/autoscaler.h"
#include "models/autoscalers/metrics_server.h"
#include "sim/task_group.h"

namespace models {

class Predictive final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "predictive";
        static constexpr std::string_view doc =
            "Predictive scaling: instances for the present load, and for the load forecast from "
            "earlier days.";
        Replicas min_replicas = 1;
        Replicas max_replicas = 10;
        sim::Fraction target{0.7};
        bool forecast = true;
        sim::Duration season = std::chrono::hours(24);
        sim::Duration step = std::chrono::minutes(5);
        sim::Duration lead = std::chrono::minutes(5);
        sim::Duration sync_period = std::chrono::seconds(15);
        sim::Duration scale_down_delay = std::chrono::minutes(5);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("min_replicas", &Spec::min_replicas, at_least(1), at_most(100000),
                      "Least number of instances it may scale to."),
                param("max_replicas", &Spec::max_replicas, at_least(1), at_most(100000),
                      "Most instances it may scale to."),
                param("target", &Spec::target, at_least(0.01), "The utilisation to keep."),
                param("forecast", &Spec::forecast,
                      "Whether earlier seasons are used for a forecast. If not, only the present "
                      "load counts."),
                param("season", &Spec::season,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Period of the load: how long until its pattern repeats."),
                param("step", &Spec::step, at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Width of the intervals in which a season's load is remembered."),
                param("lead", &Spec::lead, at_least(sim::Duration::zero()),
                      "How far ahead it forecasts: as long as instances take to be ready."),
                param("sync_period", &Spec::sync_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval between two decisions."),
                param("scale_down_delay", &Spec::scale_down_delay, at_least(sim::Duration::zero()),
                      "How long fewer instances must be enough until it scales down.")};
        }
        void check(spec::Check& check) const {
            check.that(min_replicas <= max_replicas, "min_replicas",
                       "min_replicas is above max_replicas");
            check.that(season / step <= 100000, "step", "more than 100000 steps in a season");
        }
    };

    Predictive(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    void sync(Workload& workload);
    double cores_in_use(const Workload& workload);
    double expected() const;
    void remember(double cores);
    std::size_t step_of(sim::Time time) const;

    Spec spec_;
    Context context_;
    MetricsServer metrics_;
    std::vector<double> seen_;   // of earlier seasons, by step
    std::vector<double> today_;  // of this one
    std::int64_t season_ = 0;
    sim::Time needed_{};  // when as many as there are were last needed
    sim::TaskGroup crew_;
};

}  // namespace models
