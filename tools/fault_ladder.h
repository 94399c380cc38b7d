// The smallest failure of one kind and target that breaks an objective: of how many instances, and
// for how long.
//
// All of them for the longest time come first: when that does no harm, nothing less is tried. Then
// the number is halved in on, for that time, and then the time, for that number. More instances,
// and a longer time, are taken to do no less harm; where they do (a failover that a short cut does
// not set off), the answer is one that breaks it, and perhaps not the only border.
#pragma once

#include <cstdint>

#include "sim/time.h"

namespace tools {

class FaultLadder {
public:
    struct Step {
        std::uint32_t instances;
        sim::Duration lasts;
    };

    // Of up to so many instances, for up to that long; without a length of its own the time is not
    // searched.
    FaultLadder(std::uint32_t most, sim::Duration longest, bool has_length);

    bool is_done() const { return state_ == State::done || state_ == State::never; }
    Step next() const;
    // Whether that breaks it.
    void tell(bool breaks);

    bool breaks() const { return state_ != State::never; }
    // The smallest that was shown to.
    Step smallest() const { return {fewest_, shortest_}; }
    // Of the time: the longest that was shown not to.
    sim::Duration harmless() const { return harmless_; }

private:
    enum class State { all, number, time, done, never };

    void narrow();

    State state_ = State::all;
    std::uint32_t too_few_ = 0;
    std::uint32_t fewest_;
    sim::Duration harmless_{};
    sim::Duration shortest_;
    sim::Duration finest_;
    bool has_length_;
};

}  // namespace tools
