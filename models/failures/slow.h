// Instances work slower for a time: a noisy neighbour, a throttled disk, a bad host.
#pragma once

#include "models/failures/failure.h"

namespace models {

class Slow final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "slow";
        static constexpr std::string_view doc =
            "Slow instances (gray failure): all work there takes longer by a factor.";
        static constexpr FailureClass failure_class = FailureClass::timing;
        static constexpr Abilities needs = Abilities::slowness();
        double factor = 10;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                outage_params<Spec>(),
                std::tuple{param("factor", &Spec::factor, above(1.0), at_most(1e6),
                                 "Factor on the time of all work there.")});
        }
    };

    Slow(const Spec& spec, std::uint64_t) : factor_(spec.factor) {}

    void strike(Instance& instance) override { as<Slowable>(instance).slow_down(factor_); }
    void heal(Instance& instance) override { as<Slowable>(instance).speed_up(factor_); }

private:
    double factor_;
};

}  // namespace models
