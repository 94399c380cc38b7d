// The clocks of some machines are wrong by so much: NTP that has stopped, a virtual machine that
// was paused.
//
// It strikes kinds whose instances order something by what a clock shows (HasClock): others would
// show nothing.
#pragma once

#include <chrono>

#include "models/failures/failure.h"

namespace models {

class ClockSkew final : public Failure {
public:
    struct Spec : Outage {
        static constexpr std::string_view kind = "clock_skew";
        static constexpr std::string_view doc =
            "Clock skew: the clocks of instances show a wrong time, which matters where clocks "
            "decide which of two writes is the last.";
        static constexpr FailureClass failure_class = FailureClass::timing;
        static constexpr Abilities needs = Abilities::clock();
        sim::Duration by = std::chrono::seconds(1);
        bool behind = false;
        static constexpr auto params() {
            using namespace spec;
            return std::tuple_cat(
                outage_params<Spec>(),
                std::tuple{param("by", &Spec::by, above(sim::Duration::zero()),
                                 at_most(sim::Duration(std::chrono::hours(24))),
                                 "How far the clocks are ahead."),
                           param("behind", &Spec::behind,
                                 "Whether the clocks are behind instead of ahead.")});
        }
    };

    ClockSkew(const Spec& spec, std::uint64_t) : by_(spec.behind ? -spec.by : spec.by) {}

    void strike(Instance& instance) override { as<HasClock>(instance).shift_clock(by_); }
    void heal(Instance& instance) override { as<HasClock>(instance).shift_clock(-by_); }

private:
    sim::Duration by_;
};

}  // namespace models
