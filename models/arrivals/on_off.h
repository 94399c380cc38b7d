// Times with requests and times without: a source that talks and falls silent.
//
// While it is on, the rate is so much higher that the mean over on and off is the curve's. With
// exponential times it is the interrupted Poisson process (Kuczura, "The interrupted Poisson
// process as an overflow process", 1973).
#pragma once

#include <chrono>
#include <cmath>
#include <tuple>

#include "models/arrivals/modulated.h"
#include "models/spec/declaration/spec.h"

namespace models {

class OnOffArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "on_off";
        static constexpr std::string_view doc =
            "On-off process: requests only come during on periods, faster, so that the mean rate "
            "is the one declared.";
        spec::Distribution<sim::Duration> on =
            spec::Exponential<sim::Duration>{std::chrono::seconds(1)};
        spec::Distribution<sim::Duration> off =
            spec::Exponential<sim::Duration>{std::chrono::seconds(4)};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{
                param("on", &Spec::on, "Length of an on period, in which requests are sent."),
                param("off", &Spec::off, "Length of an off period, without requests.")};
        }
        void check(spec::Check& check) const {
            const double on_mean = on.build().mean();
            const double off_mean = off.build().mean();
            check.that(std::isfinite(on_mean) && on_mean >= 0.001, "on",
                       "the mean time on is below 1ms, or infinite",
                       "give it a finite mean such as \"1s\"");
            check.that(std::isfinite(off_mean), "off", "the mean time off is infinite",
                       "give it a finite mean such as \"4s\"");
        }
    };

    OnOffArrivals(const Spec& spec, const ArrivalPlan& plan);
    Arrival next() override;

private:
    Modulated modulated_;
    sim::Distribution on_;
    sim::Distribution off_;
    double factor_;
    bool is_on_;
};

}  // namespace models
