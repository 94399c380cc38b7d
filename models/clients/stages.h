// A rate that changes over time, in k6's words: from `startRate`, each stage goes in a straight
// line to its `target` over its `duration` (k6 ramping-arrival-rate). After the last stage it
// stays.
#pragma once

#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/spec.h"

namespace models {

struct Stage {
    static constexpr std::string_view name = "stage";
    static constexpr std::string_view doc = "A straight line from the rate before it.";
    sim::Rate target;
    sim::Duration duration{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{required("target", &Stage::target, at_least(0.0), "The rate at its end."),
                          required("duration", &Stage::duration, at_least(sim::Duration::zero()),
                                   "How long it takes to get there; 0 is a jump.")};
    }
};

// The expected number of arrivals as a function of time, and its inverse: with `events` the sum of
// exponentials it gives a Poisson process of exactly this rate (time change; Lewis and Shedler
// 1979), with 1, 2, 3, ... evenly spaced arrivals.
class RateCurve {
public:
    RateCurve(sim::Rate start, const std::vector<Stage>& stages);

    // When the expected number since the start reaches `events`, in seconds; infinite when never.
    // Calls come with rising `events`.
    double time_of(double events);

    double highest_rate() const;

private:
    struct Piece {
        double begins;  // seconds
        double length;  // seconds; infinite for the last
        double from;    // per second
        double slope;   // per second squared
        double events;  // expected before it
        double holds;   // expected within it
    };

    std::vector<Piece> pieces_;
    std::size_t at_ = 0;
};

}  // namespace models
