// More replications until a figure is known well enough.
//
// The sequential procedure of Law (Simulation Modeling and Analysis, 5th edition, 9.4.1): play,
// look at the half width of the 95 % interval over the mean, play more. Stopping when it looks
// small makes the interval a little too narrow; from five replications on by a per cent or two.
#pragma once

#include <optional>
#include <string>

#include "tools/replicas.h"

namespace tools {

// "2%" or "0.02"; none unless it is above 0 and at most 1.
std::optional<double> precision_of(const std::string& text);

struct PrecisionAsked {
    std::size_t metric;
    double relative;
    std::size_t fewest;
    std::size_t most;
};
struct PrecisionEnd {
    PlayEnd play;
    std::string note;
};
// Until every variant's interval is within so much of its mean.
PrecisionEnd play_to_precision(Replicas& replicas, const PrecisionAsked& asked);

}  // namespace tools
