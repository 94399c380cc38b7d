// How a run goes while it is under way, for who looks on: what users saw in its last slices. What
// limits it then is said by a diagnosis of Recorder::so_far().
//
// It is made of what the recorder keeps anyway, so nothing in the run knows that anybody looks.
#pragma once

#include <cstddef>
#include <cstdint>

#include "sim/latencies.h"
#include "sim/time.h"

namespace sim {

struct LiveSummary {
    Time now{};
    std::size_t end = 0;  // the slice that is under way
    Duration covered{};   // by the slices that are summed up here; none when none is over

    // Of clients, in those slices.
    std::uint64_t arrived = 0;
    std::uint64_t finished = 0;
    std::uint64_t succeeded = 0;
    std::uint64_t rejected = 0;
    std::uint64_t timed_out = 0;  // the rest of those that finished failed
    RankedLatency p50;            // as LatencySlices has them, at most 3 % too high
    RankedLatency p99;

    std::uint64_t in_flight = 0;  // now
};

}  // namespace sim
