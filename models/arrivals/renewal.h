// Gaps that are more, or less, regular than chance: a gamma renewal process.
//
// The index of dispersion of counts over long times is the squared coefficient of variation of the
// gaps, 1 / shape: below 1 is smoother than Poisson, above 1 is burstier (Cox, "Renewal Theory",
// 1962).
#pragma once

#include <tuple>

#include "models/arrivals/arrival_process.h"
#include "models/spec/declaration/spec.h"
#include "sim/distribution.h"

namespace models {

class RenewalArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "renewal";
        static constexpr std::string_view doc =
            "Renewal process: independent gaps from a gamma distribution, more or less regular "
            "than Poisson's.";
        double variation = 2;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param("variation", &Spec::variation, at_least(0.01), at_most(100.0),
                                    "Coefficient of variation: standard deviation of the gaps over "
                                    "their mean. Poisson's is 1; more is burstier.")};
        }
    };

    RenewalArrivals(const Spec& spec, const ArrivalPlan& plan)
        : plan_(plan),
          gaps_(sim::Distribution::gamma({1, 1 / (spec.variation * spec.variation)})) {}

    Arrival next() override {
        events_ += gaps_.sample(plan_.draws);
        return Arrival::after(plan_.curve.time_of(events_));
    }

private:
    ArrivalPlan plan_;
    sim::Distribution gaps_;
    double events_ = 0;
};

}  // namespace models
