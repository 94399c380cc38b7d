// How unavailable repairable parts in series are, where brute force would wait for years to see one
// outage: importance sampling by balanced failure biasing, over regenerative cycles.
//
// A cycle begins when all units are up and ends when they are again. Unavailability is the mean
// time down in a cycle over the mean length of one. The time down is sampled with failures made
// likely: where a unit is down, the next event is a failure with probability 1/2, of any part that
// can fail alike, until the system is down; after that, as it is. Each visit counts by its
// likelihood ratio. The length is sampled as it is, from cycles of their own. Instead of drawing
// how long a state lasts, its mean is taken (Hordijk, Iglehart and Schassberger 1976), which
// lessens the variance of both. The relative error stays bounded as failures get rarer.
// P. Shahabuddin, "Importance sampling for the simulation of highly reliable Markovian systems",
// Management Science, 1994; A. Goyal et al., "A unified framework for simulating Markovian models
// of highly dependable systems", IEEE Trans. Computers, 1992 (its measure-specific estimator).
#pragma once

#include <cstdint>
#include <span>

#include "reports/theory/availability.h"

namespace reports {

struct RareEstimate {
    double mean = 0;            // of the share of time that the system is down
    double standard_error = 0;  // of that mean
    // Half of a 95 % interval.
    double half_width() const { return 1.96 * standard_error; }
};

struct RareFigures {
    RareEstimate biased;
    RareEstimate brute_force;       // the same number of cycles as they are
    std::uint64_t cycles = 0;       // of either
    std::uint64_t outages = 0;      // cycles of brute force that had one
    double variance_reduction = 0;  // brute force's variance with as many cycles, over that here
    // Cycles that brute force needs for an interval as narrow.
    double brute_force_cycles() const { return variance_reduction * static_cast<double>(cycles); }
};

// Of parts all of which are needed, each as its own numbers say. Deterministic: the seed decides.
// At least two cycles, and a part that can fail.
RareFigures rare_failures(std::span<const Repairable> parts, std::uint64_t cycles,
                          std::uint64_t seed);

}  // namespace reports
