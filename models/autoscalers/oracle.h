// The bound: as many instances as the load of this very moment needs, there at once.
//
// No controller can know the load before it comes and none gets machines in no time. This one does,
// as though it had ordered each just early enough; what others do worse than it is what reacting
// costs.
#pragma once

#include <chrono>
#include <map>
#include <string_view>
#include <tuple>

#include "models/autoscalers/autoscaler.h"

namespace models {

class Oracle final : public Autoscaler {
public:
    struct Spec {
        static constexpr std::string_view kind = "oracle";
        static constexpr std::string_view doc =
            "An ideal autoscaler, as an upper bound: always what the present load needs, at once.";
        Replicas min_replicas = 1;
        Replicas max_replicas = 10;
        sim::Fraction target{0.7};
        sim::Duration sync_period = std::chrono::seconds(1);
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("min_replicas", &Spec::min_replicas, at_least(1), at_most(100000),
                      "Least number of instances it may scale to."),
                param("max_replicas", &Spec::max_replicas, at_least(1), at_most(100000),
                      "Most instances it may scale to."),
                param("target", &Spec::target, at_least(0.01), "The utilisation to keep."),
                param("sync_period", &Spec::sync_period,
                      at_least(sim::Duration(std::chrono::milliseconds(100))),
                      "Interval between two decisions.")};
        }
        void check(spec::Check& check) const {
            check.that(min_replicas <= max_replicas, "min_replicas",
                       "min_replicas is above max_replicas");
        }
    };

    Oracle(const Spec& spec, const Context& context);

    sim::Task<void> run(Workload& workload) override;

private:
    void sync(Workload& workload);

    Spec spec_;
    Context context_;
    std::map<PodId, InstanceSample> before_;
};

}  // namespace models
