// Requests that know nothing of each other.
#pragma once

#include <tuple>

#include "models/arrivals/arrival_process.h"
#include "models/spec/declaration/spec.h"

namespace models {

class PoissonArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "poisson";
        static constexpr std::string_view doc =
            "Poisson process: arrivals independent of each other, as from many users.";
        static constexpr auto params() { return std::tuple{}; }
    };

    PoissonArrivals(const Spec&, const ArrivalPlan& plan) : plan_(plan) {}

    // Each time is worked out from the sum of all gaps, so rounding does not add up.
    Arrival next() override {
        events_ += plan_.draws.exponential();
        return Arrival::after(plan_.curve.time_of(events_));
    }
    std::size_t draw(std::span<Arrival> batch) override { return draw_from(*this, batch); }

private:
    ArrivalPlan plan_;
    double events_ = 0;
};

}  // namespace models
