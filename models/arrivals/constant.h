// Requests evenly spaced, as load generators send them.
#pragma once

#include <tuple>

#include "models/arrivals/arrival_process.h"
#include "models/spec/declaration/spec.h"

namespace models {

class ConstantArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "constant";
        static constexpr std::string_view doc = "Arrivals evenly spaced.";
        static constexpr auto params() { return std::tuple{}; }
    };

    ConstantArrivals(const Spec&, const ArrivalPlan& plan) : plan_(plan) {}

    Arrival next() override { return Arrival::after(plan_.curve.time_of(++events_)); }

private:
    ArrivalPlan plan_;
    double events_ = 0;
};

}  // namespace models
