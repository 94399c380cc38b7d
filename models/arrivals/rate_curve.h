// A rate that changes over time: straight lines, one after another, and then the last rate for
// good, or the lines again.
//
// It holds the expected number of arrivals as a function of time, and its inverse: with `events`
// the sum of exponentials it gives a Poisson process of exactly this rate (time change; Lewis and
// Shedler 1979), with 1, 2, 3, ... evenly spaced arrivals.
#pragma once

#include <cstddef>
#include <vector>

namespace models {

class RateCurve {
public:
    // Seconds, and events a second at both ends; a length of 0 is a jump.
    struct Line {
        double length;
        double from;
        double to;
    };
    enum class After { stays, repeats };

    // The curve begins `offset` seconds into the lines.
    RateCurve(const std::vector<Line>& lines, double last, After after, double offset = 0);

    // When the expected number since the start reaches `events`, in seconds; infinite when never.
    double time_of(double events) const {
        return is_flat_ ? (events + offset_events_) / highest_rate_ - offset_
                        : time_on_lines(events);
    }

    // The expected number from the start to this time.
    double events_by(double time) const;

    // Of all time: infinite unless the rate falls to zero for good.
    double most_events() const;

    double highest_rate() const { return highest_rate_; }

private:
    struct Piece {
        double begins;  // seconds
        double length;  // seconds; infinite for the last, when the rate stays
        double from;    // per second
        double slope;   // per second squared
        double events;  // expected before it
        double holds;   // expected within it
    };

    double time_on_lines(double events) const;
    double time_within(double events) const;  // in one round of the lines
    double events_within(double time) const;

    std::vector<Piece> pieces_;
    double highest_rate_ = 0;
    bool is_flat_ = false;  // one rate for good
    bool repeats_ = false;
    double round_ = 0;         // seconds of one round, when it repeats
    double round_events_ = 0;  // expected in one
    double offset_ = 0;
    double offset_events_ = 0;
};

}  // namespace models
