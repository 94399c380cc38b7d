// A Poisson process whose rate follows a Markov chain: calm, busy, stormy.
//
// Fischer and Meier-Hellstern, "The Markov-modulated Poisson process cookbook" (1993). Each state
// lasts an exponential time and is followed by any of the others, equally often. The factors are
// relative: they are scaled so that the mean rate is the curve's.
#pragma once

#include <chrono>
#include <tuple>
#include <vector>

#include "models/arrivals/modulated.h"
#include "models/spec/declaration/spec.h"

namespace models {

struct RateState {
    static constexpr std::string_view name = "rate_state";
    static constexpr std::string_view doc = "A state of the arrival process, and its rate.";
    double factor = 1;
    sim::Duration lasts = std::chrono::seconds(10);
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("factor", &RateState::factor, at_least(0.0), at_most(1e9),
                  "Rate in this state, against the other states'."),
            param("lasts", &RateState::lasts, at_least(sim::Duration(std::chrono::milliseconds(1))),
                  "Mean length of the state; lengths are exponential.")};
    }
};

class MmppArrivals final : public ArrivalProcess {
public:
    struct Spec {
        static constexpr std::string_view kind = "mmpp";
        static constexpr std::string_view doc =
            "Poisson at a rate that changes from state to state; the mean rate is the one "
            "declared.";
        std::vector<RateState> states = {{1, std::chrono::seconds(50)},
                                         {10, std::chrono::seconds(5)}};
        static constexpr auto params() {
            using namespace spec;
            return std::tuple{param(
                "states", &Spec::states, not_empty(),
                "States of the process. Each is followed by any of the others, equally likely.")};
        }
        void check(spec::Check& check) const;
    };

    MmppArrivals(const Spec& spec, const ArrivalPlan& plan);
    Arrival next() override;

private:
    std::size_t first_state();
    std::size_t state_after(std::size_t state);

    Modulated modulated_;
    std::vector<Modulated::Spell> states_;  // the mean length, and the scaled factor
    std::size_t state_;
    bool has_begun_ = false;
};

}  // namespace models
