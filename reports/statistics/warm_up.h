// Where the beginning of a run ends that is not yet typical of it: MSER-5.
//
// White, "An effective truncation heuristic for bias reduction in simulation output", Simulation 69
// (1997); the means of five are from Spratt (1998). Of all cuts it takes the one after which the
// mean is known best: the least of sum (Z_i - mean)^2 / (m - d)^2 over the m - d batch means that
// are left. A cut in the second half says that the run never settled, or was too short to see it
// (Hoad, Robinson and Davies, "Automating warm-up length estimation", JORS 61, 2010).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "sim/recording.h"

namespace reports {

struct Truncation {
    std::size_t cut = 0;   // observations to drop, a multiple of five
    bool settled = false;  // the cut is in the first half
};

// None from fewer than 20 batches, which are 100 observations: of so few, chance makes the cut.
std::optional<Truncation> mser5(std::span<const double> observations);

// The mean latency of what users saw end in each slice of time, warm-up included. A slice in which
// nothing ended is like the one before.
std::vector<double> latency_over_time(const sim::Recording& recording);

// The cut of a recording, in seconds from its start.
struct WarmUp {
    double cut_s = 0;
    bool settled = false;
};
std::optional<WarmUp> warm_up_of(const sim::Recording& recording);

}  // namespace reports
