// A quantile from counts in steps of latency, interpolated as Prometheus' histogram_quantile does:
// as if the requests of a step were spread evenly over it.
#pragma once

#include <array>
#include <cstdint>

#include "sim/latency_steps.h"
#include "sim/slices.h"

namespace reports {

using StepCounts = std::array<std::uint32_t, sim::kLatencySteps>;

// In seconds, off by less than the step is wide, and never above the slowest request. Not a number
// when fewer than one of them lies beyond, which is nothing to say.
double step_quantile_s(const StepCounts& counts, double share, double slowest_s);

// The same of the requests that ended in a slice of time; infinite when fewer succeeded, so that it
// falls among failures.
double quantile_of(const sim::Slice& slice, double share);

}  // namespace reports
